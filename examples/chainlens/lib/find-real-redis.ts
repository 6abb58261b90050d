import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface RealRedis {
  /** Absolute path of the program. */
  readonly file: string;
  readonly version: string;
}

/** Looks for a redis-server along PATH that can at least say its version. @returns null: there is none. */
export function findRealRedis(): RealRedis | null {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    if (folder === "") continue;
    const file = join(folder, "redis-server");
    if (!isExecutable(file)) continue;
    const { stdout } = spawnSync(file, ["--version"], { encoding: "utf8", timeout: 5_000 });
    const version = /\bv=(\S+)/.exec(stdout ?? "")?.[1];
    if (version !== undefined) return { file, version };
  }
  return null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
