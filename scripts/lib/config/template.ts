/** `${NAME}` and its relatives; `operand` is the text behind the operator, itself a template. */
export interface VariablePart {
  readonly kind: "variable";
  readonly name: string;
  readonly operator: "" | ":-" | "-" | ":?" | "?" | ":+" | "+";
  readonly operand: readonly TemplatePart[];
  /** Of the whole `${…}` within the text, in UTF-16 units. */
  readonly offset: number;
  readonly length: number;
}

export type TemplatePart = { readonly kind: "text"; readonly text: string } | VariablePart;

interface TemplateFault {
  readonly offset: number;
  readonly length: number;
  readonly message: string;
}

interface Template {
  readonly parts: readonly TemplatePart[];
  /** Empty for a well-formed text. */
  readonly faults: readonly TemplateFault[];
}

const deepest = 32;
const nameAt = /[A-Za-z_][A-Za-z0-9_]*/y;
const operatorAt = /:[-?+]|[-?+]/y;

/** Takes a text apart into plain stretches and `${…}`; `$$` stands for one dollar sign, any other `$` for itself. Never throws. */
export function parseTemplate(text: string): Template {
  const parser = new TemplateParser(text);
  const parts = parser.parse(0, null);
  return { parts, faults: parser.faults };
}

class TemplateParser {
  readonly faults: TemplateFault[] = [];
  readonly #text: string;
  #at = 0;
  /** Why the end of the text was reached too early; all that was open then is not closed either. */
  #hasSaidWhy = false;

  constructor(text: string) {
    this.#text = text;
  }

  /**
   * Reads to the end of the text, or to the brace that closes `opened`.
   *
   * @param opened Offset of the `${` this is the operand of; null at the top.
   */
  parse(depth: number, opened: number | null): readonly TemplatePart[] {
    const parts: TemplatePart[] = [];
    let plain = "";
    const flush = (): void => {
      if (plain !== "") parts.push({ kind: "text", text: plain });
      plain = "";
    };
    while (this.#at < this.#text.length) {
      if (opened !== null && this.#text[this.#at] === "}") {
        flush();
        return parts;
      }
      const next = this.#text.startsWith("${", this.#at) ? this.#variable(depth) : this.#plain();
      if (typeof next === "string") plain += next;
      else {
        flush();
        parts.push(next);
      }
    }
    flush();
    return parts;
  }

  #plain(): string {
    if (this.#text.startsWith("$$", this.#at)) {
      this.#at += 2;
      return "$";
    }
    this.#at += 1;
    return this.#text[this.#at - 1] ?? "";
  }

  /** @returns "" where it is malformed: a fault is recorded, and reading goes on behind what was understood. */
  #variable(depth: number): VariablePart | "" {
    const offset = this.#at;
    this.#at += 2;
    const name = this.#match(nameAt);
    if (name === null) {
      const found = this.#text[this.#at];
      if (found === undefined) return this.#unclosed(offset, 2, "");
      if (found === "}") return this.#fault(offset, 3, "${} names no variable");
      return this.#fault(this.#at, 1, `A variable's name cannot begin with ${JSON.stringify(found)}`);
    }
    if (this.#text[this.#at] === "}") return this.#close({ name, operator: "", operand: [], offset });
    const operator = this.#match(operatorAt);
    if (!isOperator(operator)) {
      const found = this.#text[this.#at];
      if (found === undefined) return this.#unclosed(offset, this.#at - offset, name);
      return this.#fault(this.#at, 1, `${JSON.stringify(found)} cannot follow \${${name}`);
    }
    if (depth >= deepest) {
      this.#at = this.#text.length;
      this.#hasSaidWhy = true;
      return this.#fault(offset, 2, `More than ${deepest} \${ stand inside each other`);
    }
    const operand = this.parse(depth + 1, offset);
    if (this.#text[this.#at] === "}") return this.#close({ name, operator, operand, offset });
    return this.#unclosed(offset, 2 + name.length, name);
  }

  #close(variable: Omit<VariablePart, "kind" | "length">): VariablePart {
    this.#at += 1;
    return { kind: "variable", ...variable, length: this.#at - variable.offset };
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    this.#at += found?.length ?? 0;
    return found;
  }

  #unclosed(offset: number, length: number, name: string): "" {
    if (this.#hasSaidWhy) return "";
    this.#hasSaidWhy = true;
    return this.#fault(offset, length, `\${${name} is not closed`);
  }

  #fault(offset: number, length: number, message: string): "" {
    this.faults.push({ offset, length, message });
    return "";
  }
}

function isOperator(text: string | null): text is Exclude<VariablePart["operator"], ""> {
  return text !== null && [":-", "-", ":?", "?", ":+", "+"].includes(text);
}

/** Every variable a text names with `${NAME…}` or, as shells do, with `$NAME`. May name too many, never too few. */
export function variablesNamedIn(text: string): readonly string[] {
  return [...text.matchAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)/g)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}
