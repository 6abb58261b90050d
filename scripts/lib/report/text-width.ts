const ascii = /^[\x20-\x7E]*$/;
/** Marks that are drawn upon the character before, and joiners. */
const none = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/** Two columns: CJK, Hangul, full-width forms, and what is an emoji by itself. */
const wide =
  /^(?:[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation})$/u;

/** Our own marks: known to take one column, without asking for properties of characters, which takes milliseconds the first time. */
const marks = new Set("✓✗–…↻·");

/** Columns that visible text takes on a terminal. Exact for ASCII, good for the rest: joined emoji may count too much. */
export function textWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** As many characters of the text's start as fit into `width` columns. */
export function headOf(text: string, width: number): string {
  let head = "";
  let used = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    head += character;
  }
  return head;
}

/** Blanks after the text up to `width` columns. */
export function padText(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

function characterWidth(character: string): number {
  if (marks.has(character) || ascii.test(character)) return 1;
  if (none.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
