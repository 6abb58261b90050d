/** The code of a system error (ENOENT, …) or of node's own (ERR_…); "" where an error has none. */
export function errnoOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}
