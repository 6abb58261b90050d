import { expect, test } from "vitest";
import { type TypedLine, typeKey } from "../../../scripts/lib/cli/typed-line.ts";

const words = ["backend/auth", "backend/user", "web"];

/** What is made of keys, one after the other. */
function typed(keys: string): TypedLine {
  let line: TypedLine = { kind: "typing", text: "" };
  for (const key of keys) if (line.kind === "typing") line = typeKey(line.text, key, words);
  return line;
}

test.each([
  ["web", { kind: "typing", text: "web" }],
  ["  web \r", { kind: "entered", text: "web" }],
  ["\n", { kind: "entered", text: "" }],
  ["wex\u007Fb", { kind: "typing", text: "web" }],
  ["\b", { kind: "typing", text: "" }],
  ["ä😀\u007F", { kind: "typing", text: "ä" }],
  ["nonsense\u0015w", { kind: "typing", text: "w" }],
  ["we\u001B", { kind: "cancelled" }],
  ["w\u0001\u0007e", { kind: "typing", text: "we" }],
  ["w\t", { kind: "typing", text: "web" }],
  [" b\t", { kind: "typing", text: "backend/" }],
  ["backend/u\t", { kind: "typing", text: "backend/user" }],
  ["xyz\t", { kind: "typing", text: "xyz" }],
  ["\t", { kind: "typing", text: "" }],
] as const)("%j", (keys, expected) => {
  expect(typed(keys)).toEqual(expected);
});
