import { stripVTControlCharacters } from "node:util";
import { textWidth } from "./text-width.ts";

/**
 * What to write so that `lines` stand where `drawn` stood, the cursor below them. On a screen that has become narrower, lines that
 * were drawn before take several rows now.
 *
 * @param columns Of the screen as it is now.
 */
export function redraw(drawn: readonly string[], lines: readonly string[], columns: number): string {
  const rows = drawn.reduce((sum, line) => sum + rowsOf(line, columns), 0);
  const up = rows === 0 ? "" : `\u001B[${rows}A`;
  // Each line is written over the old one before its end is cleared: no row is empty in between.
  return `\r${up}${lines.map((line) => `${line}\u001B[K\n`).join("")}\u001B[J`;
}

function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(textWidth(stripVTControlCharacters(line)) / columns));
}
