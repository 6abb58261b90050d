import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunningCommand } from "./running-command.ts";
import type { Workspace } from "./workspace.ts";

const project = join(import.meta.dirname, "../..");

/** Runs a command by the launcher of version 0.0.9, with the same code behind it: the sources, also where the bundle is tested. */
export function runOlder(dev: Workspace, name: string, ...args: readonly string[]): RunningCommand {
  const older = dev.path("../older");
  mkdirSync(older, { recursive: true });
  cpSync(join(project, "bin"), join(older, "bin"), { recursive: true });
  symlinkSync(join(project, "scripts"), join(older, "scripts"));
  const manifest: object = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  writeFileSync(join(older, "package.json"), JSON.stringify({ ...manifest, version: "0.0.9" }));
  return dev.shell(
    `node=$0; shift; exec "$node" "${join(older, "bin/groundswell.js")}" "$@"`,
    { GROUNDSWELL_DIST: "0" },
    name,
    ...args,
  );
}
