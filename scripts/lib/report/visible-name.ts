const steering = /[\p{Cc}\u2028-\u202E\u2066-\u2069]/u;
const short: Readonly<Record<string, string>> = { "\n": String.raw`\n`, "\r": String.raw`\r`, "\t": String.raw`\t` };

/**
 * A name of something on disk, which may hold any character, as one line that cannot steer the terminal: what would is written as JavaScript
 * would write it. Unlike `visibleText` it keeps apart what is apart.
 */
export function visibleName(name: string): string {
  if (!steering.test(name)) return name;
  return name.replaceAll(new RegExp(steering, "gu"), (character) => short[character] ?? codeOf(character));
}

function codeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 2 ? String.raw`\u${code.padStart(4, "0")}` : String.raw`\x${code.padStart(2, "0")}`;
}
