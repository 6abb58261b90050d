import { visibleText } from "./visible-text.ts";

/** Longer command lines say enough by their beginning. */
const longest = 200;

export function runningText(argv: readonly string[]): string {
  return `Running: ${commandLine(argv)}\n`;
}

export function notRunText(argv: readonly string[]): string {
  return `Not run: ${commandLine(argv)}\n`;
}

/** As it would be typed, where nothing in it needs a quote. */
function commandLine(argv: readonly string[]): string {
  const text = visibleText(argv.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word))).join(" "));
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
