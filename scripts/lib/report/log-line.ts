import { visibleText } from "./visible-text.ts";

const escape = "\u001B";
const reset = `${escape}[0m`;
/** A control character that begins what looks like a colour; only after ESC is it one. */
const colorSequence = /(\p{Cc}\[[\d;:]*m)/u;

/**
 * A line of a service's log as it may be shown: what would move the cursor, ring or retitle is left out; of a progress line that
 * was written over itself the last state is shown.
 *
 * @param color true: the service's own colours stay, and end with the line.
 */
export function logLine(line: string, color: boolean): string {
  const settled = line.replace(/\r+$/, "");
  const shown = settled.slice(settled.lastIndexOf("\r") + 1);
  if (!color || !shown.includes(escape)) return visibleText(shown);
  let isColored = false;
  const parts = shown.split(colorSequence).map((part, index) => {
    // Every other part is what the pattern caught.
    if (index % 2 === 0 || !part.startsWith(escape)) return visibleText(part);
    isColored = part !== reset && part !== `${escape}[m`;
    return part;
  });
  return `${parts.join("")}${isColored ? reset : ""}`;
}
