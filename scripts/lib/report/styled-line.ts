import { styleText } from "node:util";
import { headOf, textWidth } from "./text-width.ts";

/** What a piece of text means; which colour that is, is said here only. */
export type Tint = "good" | "bad" | "warn" | "faint" | "strong" | "link" | "plain";

export interface Span {
  readonly text: string;
  readonly tint: Tint;
}

const formats = {
  good: "green",
  bad: "red",
  warn: "yellow",
  faint: "dim",
  strong: "bold",
  link: "cyan",
} as const satisfies Record<Exclude<Tint, "plain">, Parameters<typeof styleText>[0]>;

export function span(text: string, tint: Tint = "plain"): Span {
  return { text, tint };
}

/** Spans side by side as one line of at most `width` columns, ending with … where it was cut. Blanks at the end are left out. */
export function styledLine(
  spans: readonly Span[],
  { width, color }: { readonly width: number; readonly color: boolean },
): string {
  const last = spans.findLastIndex(({ text }) => text.trim() !== "");
  const shown = spans
    .slice(0, last + 1)
    .map(({ text, tint }, index) => span(index === last ? text.trimEnd() : text, tint));
  const isCut = textWidth(shown.map(({ text }) => text).join("")) > width;
  let left = isCut ? width - 1 : width;
  const pieces: string[] = [];
  for (const { text, tint } of shown) {
    if (textWidth(text) > left) {
      pieces.push(styled(width < 1 ? "" : `${headOf(text, left)}…`, tint, color));
      break;
    }
    pieces.push(styled(text, tint, color));
    left -= textWidth(text);
  }
  return pieces.join("");
}

function styled(text: string, tint: Tint, color: boolean): string {
  if (!color || tint === "plain" || text.trim() === "") return text;
  return styleText(formats[tint], text, { validateStream: false });
}
