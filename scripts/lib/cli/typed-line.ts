/** What a key has made of a line that is being typed. */
export type TypedLine =
  | { readonly kind: "typing"; readonly text: string }
  | { readonly kind: "entered"; readonly text: string }
  | { readonly kind: "cancelled" };

/** One more key on a line: Enter, Backspace, Ctrl-U and Escape do what they do elsewhere, Tab completes what begins only one of the words; other controls do nothing. */
export function typeKey(text: string, key: string, words: readonly string[]): TypedLine {
  switch (key) {
    case "\r":
    case "\n":
      return { kind: "entered", text: text.trim() };
    case "\u001B":
      return { kind: "cancelled" };
    case "\u007F":
    case "\b":
      return { kind: "typing", text: text.replace(/.$/su, "") };
    case "\u0015":
      return { kind: "typing", text: "" };
    case "\t":
      return { kind: "typing", text: completed(text, words) };
    default:
      return { kind: "typing", text: /^\P{Cc}$/u.test(key) ? text + key : text };
  }
}

/** As far as all words that begin so agree. */
function completed(text: string, words: readonly string[]): string {
  const begun = text.trimStart();
  const fitting = words.filter((word) => word.startsWith(begun));
  const [first = begun, ...others] = fitting;
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, Math.max(length, begun.length));
}
