import { visibleText } from "./visible-text.ts";

const short: Readonly<Record<string, string>> = { "\n": String.raw`\n`, "\r": String.raw`\r`, "\t": String.raw`\t` };

/**
 * Words as they would be typed into a shell, with quotes where they are needed; what would steer the terminal is written out, as $'\x1b', byte by byte,
 * so that no shell's locale matters.
 */
export function shellWords(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

function shellWord(word: string): string {
  // With an equals sign behind a name it would be an assignment.
  if (/^[\w@%+=:,./-]+$/.test(word) && !/^\w*=/.test(word)) return word;
  if (visibleText(word) === word) return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = word
    .replaceAll(/[\\']/g, String.raw`\$&`)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => short[character] ?? bytesOf(character));
  return `$'${escaped}'`;
}

function bytesOf(character: string): string {
  return [...Buffer.from(character)].map((byte) => String.raw`\x${byte.toString(16).padStart(2, "0")}`).join("");
}
