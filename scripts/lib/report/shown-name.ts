/**
 * A name that somebody else has chosen (a repository's, a branch's) as it may stand on a terminal: what would steer it, and marks that turn the writing
 * direction, are written out, as \n or \u{1b}; a backslash stays as it is.
 */
export function shownName(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    if (character === "\n") return String.raw`\n`;
    if (character === "\t") return String.raw`\t`;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
