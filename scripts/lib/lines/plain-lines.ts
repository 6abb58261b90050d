const escape = "\u001B";

/** Control sequences as ECMA-48 has them: CSI; OSC, DCS, SOS, PM and APC with their text; other escapes. One without an end ends with its line. */
const sequences = new RegExp(
  [
    `${escape}\\[[0-?]*[ -/]*[@-~]?`,
    `${escape}[\\]PX^_][^\n\u0007${escape}]*(?:\u0007|${escape}\\\\)?`,
    `${escape}[ -/]*[0-~]?`,
  ].join("|"),
  "g",
);
const sgr = new RegExp(`^${escape}\\[[\\d;:]*m$`);
const controls = /(?![\t\n])\p{Cc}/u;
const controlsButEscape = new RegExp(`(?![\\t\\n${escape}])\\p{Cc}`, "gu");

/**
 * Takes out of a service's output what would move the cursor, clear the screen or rename the terminal's window while other
 * services write there too. A carriage return becomes a blank.
 *
 * @param text One line or more.
 * @param keepColors Leaves SGR sequences; the caller ends them.
 * @see ECMA-48, "Control functions for coded character sets".
 */
export function plainLines(text: string, keepColors: boolean): string {
  if (!controls.test(text)) return text;
  return text
    .replaceAll(/\r+$/gm, "")
    .replaceAll("\r", " ")
    .replaceAll(sequences, (sequence) => (keepColors && sgr.test(sequence) ? sequence : ""))
    .replaceAll(controlsButEscape, "");
}
