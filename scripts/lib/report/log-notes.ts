import { clockWords } from "./clock-words.ts";
import { sizeWords } from "./size-words.ts";

/** What `logs` cannot show, said on stderr. */
export function timesUnknownNote(service: string): string {
  return `note: ${service}: nobody has noted when its lines were written, so all of them are shown (docs/commands.md#logs)\n`;
}

export function gapNote(service: string, bytes: number): string {
  return `note: ${service}: ${sizeWords(bytes)} were rotated away before they could be shown\n`;
}

/** @param since Later than `now`; both are milliseconds since the epoch. */
export function futureNote(since: number, now: number): string {
  return `note: --since lies in the future (${clockWords(since, now)}): nothing was written since\n`;
}
