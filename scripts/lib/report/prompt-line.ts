import { headOf, textWidth } from "./text-width.ts";
import { visibleText } from "./visible-text.ts";

const clear = "\r\u001B[K";

/** A line at the bottom of the terminal in which something is typed, below whatever else is written. */
export class PromptLine {
  readonly #question: string;
  readonly #stream: { readonly columns?: number };
  #typed: string | null = null;

  constructor(question: string, stream: { readonly columns?: number }) {
    this.#question = question;
    this.#stream = stream;
  }

  /** @param typed null: the line goes away. @returns What to write. */
  show(typed: string | null): string {
    const before = this.#typed === null ? "" : clear;
    this.#typed = typed;
    return before + this.#line();
  }

  /** Whole lines as they are to be written. */
  above(lines: Buffer): Buffer {
    return this.#typed === null ? lines : Buffer.concat([Buffer.from(clear), lines, Buffer.from(this.#line())]);
  }

  /** Never wider than the terminal, or it could not be taken away again: of much that is typed the end is seen. */
  #line(): string {
    if (this.#typed === null) return "";
    const width = Math.max(1, (this.#stream.columns || 80) - 1);
    let typed = visibleText(this.#typed);
    const room = Math.max(0, width - textWidth(this.#question));
    while (textWidth(typed) > room) typed = typed.slice(1);
    return headOf(this.#question, width) + typed;
  }
}
