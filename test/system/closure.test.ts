import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Metafile } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildInto } from "../../scripts/build/build.ts";

// What a command loads before it does anything decides how fast it starts: bundled as it is shipped, then read from esbuild's own account.

let folder = "";
let metafile: Metafile;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gswell-closure-"));
  metafile = await buildInto(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Names of the packages in the static closure of a command: bundled in, or imported from node_modules. */
function packagesOf(command: string): ReadonlySet<string> {
  const byPath = new Map(Object.entries(metafile.outputs));
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    const output = byPath.get(path);
    if (seen.has(path) || !output) return;
    seen.add(path);
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (name !== undefined && bytesInOutput > 0) packages.add(name);
    }
    for (const { path: imported, kind, external } of output.imports) {
      if (kind === "dynamic-import") continue;
      if (external !== true) visit(imported);
      else if (!isBuiltin(imported)) packages.add(imported.split("/")[0] ?? "");
    }
  };
  visit(outputOf(command));
  return packages;
}

function outputOf(command: string): string {
  const found = Object.entries(metafile.outputs).find(
    ([, { entryPoint }]) => entryPoint === `scripts/core/${command}.ts`,
  );
  if (!found) throw new Error(`no command ${command} in the bundle`);
  return found[0];
}

describe.each(["status", "stop", "logs"])("%s", (command) => {
  test.each(["yaml", "zod", "execa", "zx", "wait-on", "tree-kill", "toposort"])("loads no %s", (name) => {
    expect(packagesOf(command)).not.toContain(name);
  });
});

describe("supervisor", () => {
  test.each(["yaml", "zod", "execa", "wait-on", "hono", "tree-kill", "zx", "toposort"])("loads no %s", (name) => {
    expect(packagesOf("supervisor")).not.toContain(name);
  });
});

test("every dependency is in the bundle or imported by it: none is carried for nothing", () => {
  const manifest: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"),
  );
  const bundled = Object.keys(metafile.inputs).map((input) => relative("node_modules", input));
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  const unused = Object.keys(manifest.dependencies).filter(
    (name) => ![...bundled, ...imported].some((path) => path === name || path.startsWith(`${name}/`)),
  );
  expect(unused).toEqual([]);
});
