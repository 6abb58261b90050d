/**
 * The first hex digits of a sha256. The module crypto is loaded here and not before: that takes as long as all else a `status` does.
 *
 * @param digits At most 64.
 */
export function sha256(content: string | Uint8Array, digits: number): string {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(content).digest("hex").slice(0, digits);
}
