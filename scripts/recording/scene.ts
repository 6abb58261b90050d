import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const launcher = join(import.meta.dirname, "../../bin/groundswell.js");

/**
 * Runs a command of groundswell in a folder.
 *
 * @returns What a terminal without colours would show: the prompt, and what the command wrote to both streams, in its order.
 */
export async function scene(folder: string, words: readonly string[]): Promise<string> {
  const into = mkdtempSync(join(tmpdir(), "gswell-scene-"));
  // One file for both streams keeps their order.
  const descriptor = openSync(join(into, "output"), "w");
  try {
    const argv = [launcher, ...words];
    const child = spawn(process.execPath, argv, {
      cwd: folder,
      env: environment(),
      stdio: ["ignore", descriptor, descriptor],
    });
    await once(child, "close");
    return `$ groundswell ${words.map(typed).join(" ")}\n${readFileSync(join(into, "output"), "utf8")}`;
  } finally {
    closeSync(descriptor);
    rmSync(into, { recursive: true, force: true });
  }
}

/** As one types it in a shell. */
function typed(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word}'`;
}

/** A user's, without npm, CI or tuning variables. */
function environment(): Record<string, string> {
  return {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: process.env["HOME"] ?? "/",
    ...(process.env["XDG_CACHE_HOME"] === undefined ? {} : { XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] }),
    LANG: "C.UTF-8",
    NO_COLOR: "1",
  };
}
