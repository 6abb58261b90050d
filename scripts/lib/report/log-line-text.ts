import { stripVTControlCharacters } from "node:util";
import { visibleText } from "./visible-text.ts";

const pictures: Readonly<Record<string, string>> = { "\0": "␀", "\v": "␋", "\f": "␌" };

/**
 * A whole line of a service's log as `logs` would show it without colour: of what was written over after carriage returns the last text, since a
 * progress display is one line that was shown many times; no escape sequences, no lone controls.
 *
 * @param line Without its newline.
 */
export function logLineText(line: string): string {
  const text = stripVTControlCharacters(line).replaceAll(/[\p{Cc}--[\t\r]]/gv, (control) => pictures[control] ?? "");
  // A carriage return alone takes nothing away: the next text does.
  return visibleText(text.split("\r").findLast((part) => part !== "") ?? "");
}
