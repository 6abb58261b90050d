import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Made by the global set-up, removed at the end of the whole run. */
    readonly runFolder: string;
  }
}

/** Folder of this whole test run; its path is short, for the sockets in it. */
export function runFolder(): string {
  return inject("runFolder");
}

/** Shared by the files of one worker, so that the compile cache of the commands is warm after the first. */
export function workerFolder(): string {
  const folder = join(runFolder(), `worker-${process.env["VITEST_POOL_ID"] ?? "1"}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}
