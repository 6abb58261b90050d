import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { OutlineCache } from "../../../scripts/lib/config/outline-cache.ts";
import { readServicesFile } from "../../../scripts/lib/config/read-services-file.ts";
import { type ReadWorkspace, readWorkspace } from "../../../scripts/lib/config/read-workspace.ts";
import { formatProblem } from "../../../scripts/lib/diagnostic/format-problem.ts";
import { type Problem, UserError } from "../../../scripts/lib/diagnostic/user-error.ts";
import { folderWith } from "./services-folder.ts";

const sound = `name: shop
environment: { LOG: "\${LOG:-info}" }
settings: { parallel_start_timeout: 60, debug: false }
x-common: &common { restart: on-failure, env_file: [{ path: a.env, required: false }] }
services:
  db:
    <<: *common
    command: postgres -D data
    ports: ["\${DB_PORT:-5432}"]
    healthcheck: { test: [CMD, pg_isready], interval: 1s, retries: 3 }
  web:
    command: [node, "\${ENTRY:-server.js}"]
    depends_on:
      db: { condition: healthy, required: true }
    healthcheck:
      http: { url: "http://127.0.0.1:8000/", status: [200, "300-399"] }
    environment:
      - PORT=8000
    profiles: [full]
`;

const soundWorkspace = `services: { web: { command: x } }
workspace:
  repositories: { scan: { depth: 2 }, list: [{ name: auth, path: backend/auth, tags: [go], env: { A: b } }] }
  groups: { web: ["frontend/*"], core: { tags: "go && !(old || \${TAG:-x})" } }
  commands:
    status: { argv: [git, status, "{args}"], timeout: 60 }
    watch: { argv: [make, watch], restart: on-failure, max_restarts: 3 }
  run: { jobs: 4, kill_grace: 1s }
`;

const fragment = fc.constantFrom(
  "\n",
  "  ",
  "\t",
  ":",
  ": ",
  "- ",
  "[",
  "]",
  "{",
  "}",
  '"',
  "'",
  "&a ",
  "*a",
  "*common",
  "<<: ",
  "!x ",
  "|\n",
  ">\n",
  "#",
  "? ",

  "${",
  "${A",
  "${A:-",
  "}",
  "$$",
  "~",
  "yes",
  "null",
  "5",
  "-1",
  "1e9",
  ".nan",
  "\0",
  "\u001B",
  "\uFEFF",
  "é",
  "---\n",
  "%YAML 1.1\n",

  "services:\n",
  "  web:\n",
  "    command: x\n",
  "__proto__: ",
  "constructor: ",
  "toString: ",
  "8000:80",
  "tty: true\n",
  "{nmae}",
  "&&",
  "(",
  "workspace:\n",
);
/** A text after a few edits. */
const edited = (text: string): fc.Arbitrary<string> => {
  const edit = fc.record({
    at: fc.nat({ max: text.length }),
    cut: fc.oneof(fc.constant(0), fc.nat({ max: 40 })),
    add: fc.oneof(fc.constant(""), fragment),
  });
  return fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) =>
      edits.reduce((before, { at, cut, add }) => before.slice(0, at) + add + before.slice(at + cut), text),
    );
};

/** Each can be shown, at a place there is. */
function expectShowable(problems: readonly Problem[], text: string): void {
  const lines = text.split("\n");
  for (const problem of problems) {
    expect(formatProblem(problem, true)).toContain(problem.code);
    if (problem.place === null) continue;
    const line = lines[problem.place.line - 1] ?? "";
    expect(problem.place.column).toBeLessThanOrEqual(line.length + 1);
  }
}

test("whatever becomes of a file: it is read, or refused with problems that can be shown", async () => {
  using folder = folderWith({});
  const file = join(folder.path, "services.yaml");
  const cache = { folder: join(folder.path, "cache"), build: "1" };
  const seen = { read: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(edited(sound), fc.constantFrom([], ["full"]), async (text, profiles) => {
      writeFileSync(file, text);
      try {
        const read = await readServicesFile({ file, ambient: {}, profiles });
        seen.read += 1;
        // What is remembered of a file changes nothing about it: the first of these parses and keeps, the second remembers.
        for (let time = 0; time < 2; time += 1)
          expect(await readServicesFile({ file, ambient: {}, profiles, cache })).toEqual(read);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        await expect(readServicesFile({ file, ambient: {}, profiles, cache })).rejects.toMatchObject(error);
        seen.refused += 1;
        expectShowable(error.problems, text);
      }
    }),
    { numRuns: 300 },
  );
  expect(seen.read).toBeGreaterThan(10);
  expect(seen.refused).toBeGreaterThan(100);
});

test("whatever becomes of a workspace, likewise, remembered or not", async () => {
  using folder = folderWith({});
  const file = join(folder.path, "services.yaml");
  const seen = { read: 0, refused: 0 };
  const read = async (cache: OutlineCache | null): Promise<ReadWorkspace | readonly Problem[]> =>
    await readWorkspace({ file, cwd: "/", ambient: {}, cache }).catch((error: unknown) => {
      if (error instanceof UserError) return error.problems;
      throw error;
    });
  await fc.assert(
    fc.asyncProperty(edited(soundWorkspace), async (text) => {
      writeFileSync(file, text);
      const cache = { folder: join(folder.path, "cache"), build: "1" };
      const first = await read(null);
      expect(await read(cache)).toEqual(first);
      expect(await read(cache)).toEqual(first);
      seen["workspace" in first ? "read" : "refused"] += 1;
      if (!("workspace" in first)) expectShowable(first, text);
    }),
    { numRuns: 150 },
  );
  expect(seen.read).toBeGreaterThan(3);
  expect(seen.refused).toBeGreaterThan(50);
});
