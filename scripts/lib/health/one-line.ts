import { stripVTControlCharacters } from "node:util";

/** Text of a stranger as part of a message: without control sequences, on one line, of at most 200 characters. */
export function oneLine(text: string): string {
  const plain = stripVTControlCharacters(text)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  return plain.length > 200 ? `${plain.slice(0, 199)}…` : plain;
}
