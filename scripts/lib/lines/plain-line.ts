const escape = "\u001B";

/** Control sequences as ECMA-48 has them: CSI; OSC, DCS, SOS, PM and APC with their text; other escapes. One without an end ends with its line. */
const sequences = new RegExp(
  [
    `${escape}\\[[0-?]*[ -/]*[@-~]?`,
    `${escape}[\\]PX^_][^\u0007${escape}]*(?:\u0007|${escape}\\\\)?`,
    `${escape}[ -/]*[0-~]?`,
  ].join("|"),
  "g",
);
const sgr = new RegExp(`^${escape}\\[[\\d;:]*m$`);
const controls = /\p{Cc}/u;
const controlsButEscape = new RegExp(`(?![\\t${escape}])\\p{Cc}`, "gu");

/** Whether `plainLine` may have something to take out of a line: a quick look, since most lines have nothing. */
export function hasControls(line: string): boolean {
  return controls.test(line);
}

/**
 * Takes out of a line of a service's output what would move the cursor, clear the screen or rename the terminal's window while
 * other services write there too. A carriage return becomes a blank.
 *
 * @param keepColors Leaves SGR sequences; the caller ends them.
 * @see ECMA-48, "Control functions for coded character sets".
 */
export function plainLine(line: string, keepColors: boolean): string {
  return (line.endsWith("\r") ? line.slice(0, -1) : line)
    .replaceAll("\r", " ")
    .replaceAll(sequences, (sequence) => (keepColors && sgr.test(sequence) ? sequence : ""))
    .replaceAll(controlsButEscape, "");
}
