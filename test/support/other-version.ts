import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunningCommand } from "./running-command.ts";
import type { Workspace } from "./workspace.ts";

const project = join(import.meta.dirname, "../..");

/** Runs start_dev by the launcher of another version, with the same code behind it. */
export function startByVersion(version: string, dev: Workspace): RunningCommand {
  const folder = dev.path("../other-version");
  mkdirSync(folder);
  cpSync(join(project, "bin"), join(folder, "bin"), { recursive: true });
  symlinkSync(join(project, "scripts"), join(folder, "scripts"));
  const manifest: object = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, version }));
  return dev.shell(`"$0" "${join(folder, "bin/groundswell.js")}" start_dev`, {}, "start_dev");
}
