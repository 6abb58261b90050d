/**
 * Whether text for this stream is coloured: FORCE_COLOR decides when it is set (as in Node itself: 0 and false mean no),
 * then NO_COLOR, then whether the stream is a terminal that is not dumb.
 *
 * @see https://no-color.org
 */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env["FORCE_COLOR"] !== undefined) return !["0", "false"].includes(env["FORCE_COLOR"]);
  if (env["NO_COLOR"]) return false;
  return stream.isTTY === true && env["TERM"] !== "dumb";
}
