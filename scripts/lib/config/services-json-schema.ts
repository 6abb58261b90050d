import { toJSONSchema } from "zod";
import { servicesSchema } from "./services-schema.ts";

/** JSON Schema (draft 2020-12) of services.yaml for editors, made from the schema the file is read with. */
export function servicesJsonSchema(): object {
  const schema = toJSONSchema(servicesSchema, {
    io: "input",
    override: ({ jsonSchema, path }) => {
      // The user's own keys, as in Compose: at the top and in a service.
      if (path.length === 0 || path.join("/") === "properties/services/additionalProperties") {
        jsonSchema.patternProperties = { "^x-": {} };
      }
      if (path.length === 0) jsonSchema.anyOf = [{ required: ["services"] }, { required: ["workspace"] }];
    },
  });
  return { ...schema, title: "services.yaml of Groundswell" };
}
