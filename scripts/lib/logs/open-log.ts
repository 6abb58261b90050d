import { type FileHandle, open } from "node:fs/promises";

/** Opens a log to read, null when it is missing. */
export async function openLog(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
