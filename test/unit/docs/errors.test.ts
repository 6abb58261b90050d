import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { problemCodes } from "../../../scripts/lib/diagnostic/codes.ts";
import { anchorsOf, project, readDocument } from "./documents.ts";

const doc = readDocument("docs/errors.md");

test("every code has its heading, and every heading its code", () => {
  const headings = [...doc.matchAll(/^## (.*)$/gm)].map(([, heading = ""]) => heading);
  expect(headings.toSorted()).toEqual([...problemCodes].toSorted());
});

test("the list at the top names each once", () => {
  const linked = [...doc.matchAll(/\[([A-Z_]+)\]\(#([a-z_]+)\)/g)];
  for (const [, code = "", anchor = ""] of linked) expect(anchor).toBe(code.toLowerCase());
  expect([...new Set(linked.map(([, code = ""]) => code))].toSorted()).toEqual([...problemCodes].toSorted());
  for (const [, , anchor = ""] of linked) expect(anchorsOf("docs/errors.md")).toContain(anchor);
});

const tests = readdirSync(join(project, "test"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts") && !file.startsWith("unit/docs/"))
  .map((file) => readDocument(join("test", file)))
  .join("\n");

test.each(problemCodes)("%s is brought about by a test", (code) => {
  // In an expectation a code is a string, or begins a pattern.
  expect([`"${code}"`, `/${code}`, `\`${code}`, `[${code}`].some((form) => tests.includes(form))).toBe(true);
});
