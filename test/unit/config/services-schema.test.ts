import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { servicesJsonSchema } from "../../../scripts/lib/config/services-json-schema.ts";
import { settingDefinitions } from "../../../scripts/lib/config/setting-definitions.ts";

const project = join(import.meta.dirname, "../../..");

/** The parts of a JSON Schema this test walks. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly patternProperties?: object;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly description?: string;
}

test("services.schema.json is what `node scripts/schema/write-schema.ts` writes", () => {
  const written = readFileSync(join(project, "services.schema.json"), "utf8");
  expect(written).toBe(`${JSON.stringify(servicesJsonSchema(), null, 2)}\n`);
});

/** Every key of a schema, at any depth, with what is said of it. */
function describedKeys({ properties, anyOf, additionalProperties, items }: Schema): readonly [string, string?][] {
  const below = [...(anyOf ?? []), additionalProperties, items].flatMap((inner) => (inner ? describedKeys(inner) : []));
  const own = Object.entries(properties ?? {}).flatMap(([key, inner]): readonly [string, string?][] => [
    [key, inner.description ?? ""],
    ...describedKeys(inner),
  ]);
  return [...own, ...below];
}

describe("the schema", () => {
  const schema: Schema = JSON.parse(readFileSync(join(project, "services.schema.json"), "utf8"));
  const service = schema.properties?.["services"]?.additionalProperties;
  if (!service) throw new Error("no schema of a service");

  test("knows every key of a service, and says what it does", () => {
    expect(Object.keys(service.properties ?? {})).toEqual([
      "command",
      "working_dir",
      "type",
      "depends_on",
      "ports",
      "healthcheck",
      "restart",
      "on_unhealthy",
      "stop_signal",
      "stop_grace_period",
      "start_timeout",
      "min_uptime",
      "environment",
      "env_file",
      "profiles",
      "stdin_open",
      "tty",
      "keep_alive",
    ]);
    for (const [key, { description }] of Object.entries(service.properties ?? {}))
      expect(description, key).toBeTruthy();
  });

  test("allows no unknown key but x-", () => {
    expect(service).toMatchObject({ additionalProperties: false, patternProperties: { "^x-": {} } });
    expect(schema).toMatchObject({ additionalProperties: false, patternProperties: { "^x-": {} } });
  });

  test("has a key for every setting", () => {
    const settings = schema.properties?.["settings"]?.anyOf?.find(({ properties }) => properties);
    expect(Object.keys(settings?.properties ?? {})).toEqual(
      settingDefinitions.map(({ variable }) => variable.toLowerCase()),
    );
  });

  test("knows every key of the workspace, says what it does, and so does the reference", () => {
    const reference = readFileSync(join(project, "docs/services-yaml.md"), "utf8");
    const chapter = /^## Many repositories$([^]*?)^## /m.exec(reference)?.[1] ?? "";
    const keys = describedKeys(schema.properties?.["workspace"] ?? {});
    expect(keys.length).toBeGreaterThan(25);
    for (const [key, description] of keys) {
      expect(description, key).toBeTruthy();
      expect(chapter).toContain(`\`${key}\``);
    }
  });

  test("and the reference describes every key of it", () => {
    const reference = readFileSync(join(project, "docs/services-yaml.md"), "utf8");
    const checks = service.properties?.["healthcheck"]?.anyOf?.find(({ properties }) => properties);
    const keys = [schema, service, checks ?? {}].flatMap(({ properties }) => Object.keys(properties ?? {}));
    expect(keys.length).toBeGreaterThan(35);
    for (const key of keys) expect(reference).toContain(`\`${key}\``);
    for (const { variable } of settingDefinitions) expect(reference).toContain(`\`${variable}\``);
  });
});
