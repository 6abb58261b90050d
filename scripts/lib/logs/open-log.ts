import { promises } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { errnoOf } from "../diagnostic/errno-of.ts";

/** Opens a log to read, null when it is missing. */
export async function openLog(file: string): Promise<FileHandle | null> {
  try {
    return await promises.open(file, "r");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}
