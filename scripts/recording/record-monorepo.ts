import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "zx/core";
import { withRecording } from "./readme.ts";
import { scene } from "./scene.ts";

const example = join(import.meta.dirname, "../../examples/monorepo");

/** What the README of examples/monorepo shows; ordered, so that it is the same each time. */
const commands = [
  ["repos"],
  ["run", "-o", "errors", "test"],
  ["run", "-g", "core", "--order", "config", "check"],
  ["run", "--dirty", "--order", "config", "status"],
  ["run", "-t", "lib && core", "-o", "stream", "start"],
  ["run", "-t", "lib && core", "-o", "stream", "stop"],
] as const;

/**
 * Makes the twelve repositories in a temporary folder, and runs the commands of the README there.
 *
 * @returns As of `record`.
 */
export async function recordMonorepo(): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "gswell-rec-")));
  const work = join(folder, "work");
  try {
    await $({ quiet: true })`${process.execPath} ${join(example, "make.ts")} ${work}`;
    const scenes: string[] = [];
    for (const words of commands) scenes.push(await scene(work, words));
    return scenes.join("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// `node scripts/recording/record-monorepo.ts` makes the recording of the example's README anew.
if (import.meta.main) {
  const readme = join(example, "README.md");
  writeFileSync(readme, withRecording(readFileSync(readme, "utf8"), await recordMonorepo()));
}
