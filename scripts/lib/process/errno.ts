/** The code of a system error (ENOENT, …) or of node's own (ERR_…); "" where an error has none. */
export function errnoOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}

/** Whether a program that was run to its end said "nothing found", as ps, pgrep and lsof do by exit code 1. */
export function foundNothing(error: unknown): boolean {
  return typeof error === "object" && error !== null && "status" in error && error.status === 1;
}
