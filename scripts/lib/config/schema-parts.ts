import * as z from "zod";

/**
 * What the shape of services.yaml is made of. What a text must look like is checked where it is read, once variables are put in; `meta` tells editors the same.
 *
 * A schema's error message completes the sentence "… must be …"; that of a map with unknown keys lists the known ones.
 */
export const map = <T extends z.core.$ZodLooseShape>(shape: T, expects: string) =>
  z.strictObject(shape, {
    error: ({ code }) => (code === "unrecognized_keys" ? Object.keys(shape).join(" ") : expects),
  });

/** What a text with variables in it looks like to an editor, which cannot know what comes out. */
export const interpolated = { type: "string", pattern: "\\$\\{" } as const;
export const text = (expects: string) => z.string({ error: expects });
export const oneOf = (expects: string, ...choices: readonly object[]) =>
  text(expects).meta({ anyOf: [...choices, interpolated] });
export const choice = (choices: readonly string[]) => oneOf(choices.join(" or "), { enum: choices });
export const flag = z.union([z.boolean(), text("true or false").meta(interpolated)], { error: "true or false" });
export const numberOr = (expects: string, pattern: string) =>
  z.union([z.number(), oneOf(expects, { pattern })], { error: expects });
export const duration = numberOr(
  "a duration such as 500ms, 1s or 1m30s",
  "^(\\d+(\\.\\d+)?|(\\d+(\\.\\d+)?(h|ms|m|s|us))+)$",
);
export const scalar = (expects: string) => z.union([z.string(), z.number(), z.boolean()], { error: expects });
export const maybe = <T extends z.ZodType>(schema: T) => schema.nullish();

export const environment = z.union(
  [z.record(z.string(), scalar("text or a number").nullable()), z.array(text("text such as NAME=value"))],
  { error: "a map such as { NAME: value }" },
);
