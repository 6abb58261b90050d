import type { Place } from "./user-error.ts";

/**
 * Works out line, column and the text to underline.
 *
 * @param source The file's whole text.
 * @param shownAs The file name the user should read.
 * @param offset UTF-16 offset of the first character; clamped to the text.
 * @param length UTF-16 length; the underline ends with the line and is at least one character.
 */
export function placeAt(source: string, shownAs: string, offset: number, length: number): Place {
  const at = Math.max(0, Math.min(offset, source.length));
  const lineStart = at === 0 ? 0 : source.lastIndexOf("\n", at - 1) + 1;
  const newline = source.indexOf("\n", at);
  const lineEnd = newline === -1 ? source.length : newline;
  const text = source.slice(lineStart, lineEnd).replace(/\r$/, "");
  let line = 1;
  for (let index = source.indexOf("\n"); index !== -1 && index < at; index = source.indexOf("\n", index + 1)) line += 1;
  const column = at - lineStart + 1;
  const underline = Math.max(1, Math.min(length, lineStart + text.length - at));
  return { file: shownAs, line, column, frame: { text, underline } };
}
