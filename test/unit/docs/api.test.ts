import { expect, test } from "vitest";
import { readDocument } from "./documents.ts";

const doc = readDocument("docs/api.md");
const source = readDocument("scripts/index.ts");

const functions = [...source.matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name = ""]) => name);
const types = [
  ...[...source.matchAll(/^export interface (\w+)/gm)].map(([, name = ""]) => name),
  ...[...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = ""]) => list.match(/\w+/g) ?? []),
];

test("the library is ten functions", () => {
  expect(functions).toHaveLength(10);
});

test.each(functions)("%s has its heading and its signature", (name) => {
  expect(doc).toContain(`\n### ${name}\n`);
  expect(doc).toContain(`\nfunction ${name}(`);
});

test.each(types)("%s is told", (name) => {
  expect(doc).toMatch(new RegExp(String.raw`^(?:### ${name}|\| \`${name}\` .*)$`, "m"));
});

test("every event is told with its fields", () => {
  const union = /export type Event =([^]*?);\n\nexport type Emit/.exec(readDocument("scripts/lib/model/event.ts"))?.[1];
  const members = (union ?? "").split("readonly type: ").slice(1);
  expect(members.length).toBeGreaterThan(15);
  for (const member of members) {
    const [, type = ""] = /^"([\w-]+)"/.exec(member) ?? [];
    const row = doc.split("\n").find((line) => line.startsWith(`| \`${type}\``)) ?? "";
    expect(row, type).not.toBe("");
    // Only the event's own fields: those of nested objects stand deeper.
    const fields = [...member.replaceAll(/\{[^{}]*\}/g, "").matchAll(/readonly (\w+)\??:/g)].map(
      ([, name = ""]) => name,
    );
    for (const field of fields) if (field !== "at") expect(row, `${type}.${field}`).toContain(`\`${field}\``);
  }
});
