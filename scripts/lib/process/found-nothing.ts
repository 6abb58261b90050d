/** Whether a program that was run to its end said "nothing found", as ps, pgrep and lsof do by exit code 1. */
export function foundNothing(error: unknown): boolean {
  return typeof error === "object" && error !== null && "status" in error && error.status === 1;
}
