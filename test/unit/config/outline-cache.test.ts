import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keepTree, knownTree } from "../../../scripts/lib/config/outline-cache.ts";
import { parseTree } from "../../../scripts/lib/config/parse-tree.ts";
import { ProblemList } from "../../../scripts/lib/config/problem-list.ts";
import type { SourceText } from "../../../scripts/lib/config/source-text.ts";
import { folderWith } from "./services-folder.ts";

const source = (text: string): SourceText => ({ file: "/shop/services.yaml", shownAs: "services.yaml", text });
const parse = (from: SourceText) => parseTree(from, new ProblemList());

const kept: readonly (readonly [string, string])[] = [
  [
    "plain text, numbers, booleans, nothing",
    "services: { web: { command: a b, stdin_open: True, ports: [8000], x-n: ~ } }",
  ],
  ["quotes", `services: { "web": { command: 'a "b"', x-empty: "" } }`],
  ["a quote within quotes", `services: { web: { command: 'it''s', x-b: 0x1F, x-c: 1e3, x-d: 1.50 } }`],
  [
    "a block, line by line",
    "services:\n  web:\n    command: |\n      one\n        two\n\n      three\n    x-last: |-\n      four\n",
  ],
  ["a folded block", "services:\n  web:\n    command: >\n      a\n      b\n"],
  [
    "anchors, aliases and merges",
    "x-a: &a { restart: always, x-l: [1, &b x] }\nservices:\n  web: { <<: *a, command: *b }\n  db: { command: y, <<: *a }\n",
  ],
  ["comments and empty lines", "# one\nservices:\n\n  web: # two\n    command: x # three\n"],
];

test.each(kept)("%s: the same tree comes out, from places alone", (_what, text) => {
  using folder = folderWith({});
  const cache = { folder: join(folder.path, "deep/outlines"), build: "1" };
  const tree = parse(source(text));
  expect(knownTree(cache, source(text))).toBeNull();
  keepTree(cache, source(text), tree);
  expect(knownTree(cache, source(text))).toEqual(tree);
});

test("what a text alone does not give back is parsed each time", () => {
  using folder = folderWith({});
  const cache = { folder: folder.path, build: "1" };
  const text = 'services: { web: { command: "a\\tb" } }';
  keepTree(cache, source(text), parse(source(text)));
  expect(knownTree(cache, source(text))).toBeNull();
});

test("another text, and another build of the parser, are not known", () => {
  using folder = folderWith({});
  const cache = { folder: folder.path, build: "1" };
  const text = "services: { web: { command: x } }";
  keepTree(cache, source(text), parse(source(text)));
  expect(knownTree({ ...cache, build: "2" }, source(text))).toBeNull();
  expect(knownTree(cache, source(text.replace("x", "y")))).toBeNull();
});

test("holds nothing of the file, and is the user's own", () => {
  using folder = folderWith({});
  const cache = { folder: join(folder.path, "outlines"), build: "1" };
  const text = "services: { web: { command: x, environment: { PASSWORD: hunter2 } } }";
  keepTree(cache, source(text), parse(source(text)));
  const [name = ""] = readdirSync(cache.folder);
  expect(readFileSync(join(cache.folder, name), "utf8")).not.toMatch(/hunter2|PASSWORD|command/);
  expect([statSync(cache.folder).mode & 0o777, statSync(join(cache.folder, name)).mode & 0o777]).toEqual([
    0o700, 0o600,
  ]);
});

test("damaged, or not to be written: only parsed again", () => {
  using folder = folderWith({ "no-folder": "" });
  const cache = { folder: folder.path, build: "1" };
  const text = "services: { web: { command: x } }";
  keepTree(cache, source(text), parse(source(text)));
  const name = readdirSync(folder.path).find((file) => file.endsWith(".json")) ?? "";
  for (const damage of ["", "[", "[]", '[{"map":[{"at":[0,9],"runs":[],"value":7}],"at":[0,9]}]', "null"]) {
    writeFileSync(join(folder.path, name), damage);
    expect(knownTree(cache, source(text))).toBeNull();
  }
  keepTree({ folder: join(folder.path, "no-folder"), build: "1" }, source(text), parse(source(text)));
});

test("of many files the latest hundred are kept", () => {
  using folder = folderWith({});
  const cache = { folder: folder.path, build: "1" };
  for (let number = 0; number < 120; number += 1) {
    const text = `services: { web${number}: { command: x } }`;
    keepTree(cache, source(text), parse(source(text)));
  }
  expect(readdirSync(folder.path).length).toBe(100);
});
