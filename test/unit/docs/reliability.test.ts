import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { project, readDocument } from "./documents.ts";

const page = readDocument("docs/reliability.md");

/** What stands at the top of each file of test/conformance, as `file: title`. */
const tests = readdirSync(join(project, "test/conformance")).flatMap((file) => {
  const source = readDocument(join("test/conformance", file));
  const titles = source.matchAll(/^(?:describe|test|requires\([^)]*\))\(\s*"([^"]+)"/gm);
  return [...titles].map(([, title = ""]) => `${file}: ${title}`);
});

/** The rows of the tables, as `file: entry`. */
const rows = [...page.matchAll(/^\| (.+?) +\| .+? \| \[[\w-]+\]\(\.\.\/test\/conformance\/([\w.-]+)\): .+\|$/gm)].map(
  ([, entry = "", file = ""]) => `${file}: ${entry}`,
);

test("every test of test/conformance has its row, and every row its test", () => {
  expect(rows.toSorted()).toEqual(tests.toSorted());
});

test("a file of test/conformance holds nothing that the table cannot see", () => {
  for (const file of readdirSync(join(project, "test/conformance"))) {
    const source = readDocument(join("test/conformance", file));
    const all = [...source.matchAll(/^(?:describe|test|requires)\b/gm)].length;
    expect(all, file).toBe(tests.filter((one) => one.startsWith(`${file}: `)).length);
  }
});
