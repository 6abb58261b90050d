import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Metafile } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildInto } from "../../scripts/build/build.ts";

// What a command loads before it does anything decides how fast it starts: bundled as it is shipped, then read from esbuild's own account.

const project = join(import.meta.dirname, "../..");
let folder = "";
let metafile: Metafile;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gswell-closure-"));
  metafile = await buildInto(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Names of the packages a command loads at once: in its bundle, or imported from node_modules. What is imported when it is needed does not count. */
function packagesOf(command: string): ReadonlySet<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    const input = metafile.inputs[path];
    if (seen.has(path)) return;
    if (!input) throw new Error(`${path} is not in the bundle`);
    seen.add(path);
    const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
    if (name !== undefined) packages.add(name);
    for (const { path: imported, kind, external } of input.imports) {
      if (kind === "dynamic-import") continue;
      if (external !== true) visit(imported);
      else if (!isBuiltin(imported)) packages.add(imported.split("/")[0] ?? "");
    }
  };
  visit(`scripts/core/${command}.ts`);
  return packages;
}

test("a bundle without splitting: one file for each command, the library, the launcher's part and the parser", () => {
  const commands = readdirSync(join(project, "scripts/core")).map((file) => file.replace(/ts$/, "cjs"));
  const files = Object.keys(metafile.outputs).map((path) => relative(folder, join(project, path)));
  expect(files.toSorted()).toEqual(
    [
      ...commands.map((file) => `core/${file}`),
      "index.js",
      "lib/config/parse-tree.cjs",
      "lib/session/open-early.cjs",
    ].toSorted(),
  );
});

describe.each(["status", "stop", "logs", "wait", "start_dev", "restart", "graph", "repos", "watch"])(
  "%s",
  (command) => {
    test.each(["yaml", "zod", "execa", "zx", "wait-on", "tree-kill", "toposort"])("loads no %s", (name) => {
      expect(packagesOf(command)).not.toContain(name);
    });
  },
);

test("start_dev carries no supervisor: it hosts one only in the foreground, and loads it then", () => {
  const [, output] = Object.entries(metafile.outputs).find(([path]) => path.endsWith("/core/start_dev.cjs")) ?? [];
  const files = Object.keys(output?.inputs ?? {});
  expect(files).toContain("scripts/core/start_dev.ts");
  expect(
    files.filter((file) => /\/supervisor\/|\/orchestrator\/orchestrator\.ts|core\/supervisor\.ts/.test(file)),
  ).toEqual([]);
});

describe("supervisor", () => {
  test.each(["yaml", "zod", "execa", "wait-on", "hono", "tree-kill", "zx", "toposort"])("loads no %s", (name) => {
    expect(packagesOf("supervisor")).not.toContain(name);
  });
});

test("every dependency is in the bundle or imported by it: none is carried for nothing", () => {
  const manifest: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(project, "package.json"), "utf8"),
  );
  const bundled = Object.keys(metafile.inputs).map((input) => relative("node_modules", input));
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  const unused = Object.keys(manifest.dependencies).filter(
    (name) => ![...bundled, ...imported].some((path) => path === name || path.startsWith(`${name}/`)),
  );
  expect(unused).toEqual([]);
});
