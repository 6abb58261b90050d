import { stripVTControlCharacters } from "node:util";

const steering = /[\p{Cc}\u2028-\u202E\u2066-\u2069]/u;
const eachSteering = new RegExp(steering, "gu");

/**
 * Text of the user's (a command, a path, a log line) as one line that cannot steer the terminal: escape sequences are left out,
 * other control characters and marks that turn the writing direction become U+FFFD, a tab is two blanks.
 */
export function visibleText(text: string): string {
  if (!steering.test(text)) return text;
  return stripVTControlCharacters(text).replaceAll("\t", "  ").replaceAll(eachSteering, "\uFFFD");
}
