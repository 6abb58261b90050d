import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunningCommand } from "./running-command.ts";
import type { Workspace } from "./workspace.ts";

const project = join(import.meta.dirname, "../..");

/** Runs a command of version 99.0.0, which keeps state.json in a format 2 that is like ours in all but its number: the sources, also where the bundle is tested. */
export function runNewer(dev: Workspace, name: string, ...args: readonly string[]): RunningCommand {
  const newer = dev.path("../newer");
  if (!existsSync(newer)) makeNewer(newer);
  return dev.shell(
    `node=$0; shift; exec "$node" "${join(newer, "bin/groundswell.js")}" "$@"`,
    { GROUNDSWELL_DIST: "0" },
    name,
    ...args,
  );
}

function makeNewer(folder: string): void {
  for (const part of ["bin", "scripts"]) cpSync(join(project, part), join(folder, part), { recursive: true });
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
  const manifest: object = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, version: "99.0.0" }));
  const file = join(folder, "scripts/lib/state/state-file.ts");
  const changes: readonly (readonly [string, string])[] = [
    ["format > 1", "format > 2"],
    ["value.format === 1", "value.format === 2"],
    ["JSON.stringify(document)", "JSON.stringify({ ...document, format: 2 })"],
  ];
  let source = readFileSync(file, "utf8");
  for (const [ours, theirs] of changes) {
    if (!source.includes(ours)) throw new Error(`${file} has no ${ours}: make another newer version`);
    source = source.replace(ours, theirs);
  }
  writeFileSync(file, source);
}
