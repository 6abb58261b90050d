/** A boolean expression of tags; `offset` is where a tag stands in the text. */
export type TagExpression =
  | { readonly kind: "tag"; readonly tag: string; readonly offset: number }
  | { readonly kind: "not"; readonly operand: TagExpression }
  | { readonly kind: "and" | "or"; readonly operands: readonly TagExpression[] };

/** Why a text is no expression, and the stretch of it that is meant. `message` goes on from "the tag expression …". */
export interface TagExpressionFault {
  readonly kind: "fault";
  readonly message: string;
  readonly hint: string;
  /** In UTF-16 units. Behind the last character where something is missing at the end. */
  readonly offset: number;
  readonly length: number;
}

/** What a tag may look like: letters, digits and `. _ - : /`. */
export const tagPattern = /^[\p{L}\p{N}._:/-]+$/u;

type Token = Readonly<{ kind: "tag" | "&&" | "||" | "!" | "(" | ")" | "strange"; text: string; offset: number }>;

const oneToken = /\s*(?:(?<tag>[\p{L}\p{N}._:/-]+)|(?<sign>&&|\|\||[!()])|(?<strange>[&|,]|\S))/uy;
const deepest = 64;

/** How others spell the operators. */
const otherSpellings: Readonly<Record<string, string>> = {
  "&": "&&",
  "|": "||",
  ",": "|| or &&",
  and: "&&",
  or: "||",
  not: "!",
};

/**
 * Reads `backend && !(legacy || archived)`. `!` binds most tightly, then `&&`, then `||`.
 *
 * Recursive descent, O(length); what is nested deeper than 64 is refused.
 */
export function parseTagExpression(text: string): TagExpression | TagExpressionFault {
  const parser = new TagExpressionParser(text);
  try {
    return parser.parse();
  } catch (error) {
    if (error instanceof Fault) return error.fault;
    throw error;
  }
}

/** Whether a repository with these tags is meant. */
export function matchesTags(expression: TagExpression, tags: ReadonlySet<string>): boolean {
  switch (expression.kind) {
    case "tag":
      return tags.has(expression.tag);
    case "not":
      return !matchesTags(expression.operand, tags);
    case "and":
      return expression.operands.every((operand) => matchesTags(operand, tags));
    case "or":
      return expression.operands.some((operand) => matchesTags(operand, tags));
  }
}

/** Every tag an expression names, in the order of the text, with its place. */
export function tagsNamedIn(expression: TagExpression): readonly { readonly tag: string; readonly offset: number }[] {
  if (expression.kind === "tag") return [expression];
  if (expression.kind === "not") return tagsNamedIn(expression.operand);
  return expression.operands.flatMap(tagsNamedIn);
}

/** Ends the descent; never leaves this file. */
class Fault extends Error {
  readonly fault: TagExpressionFault;

  constructor(fault: Omit<TagExpressionFault, "kind">) {
    super(fault.message);
    this.fault = { kind: "fault", ...fault };
  }
}

class TagExpressionParser {
  readonly #end: number;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#end = text.trimEnd().length;
    this.#tokens = tokensOf(text);
  }

  parse(): TagExpression {
    if (this.#tokens.length === 0) {
      throw new Fault({ message: "is empty", hint: "Name a tag: backend.", offset: 0, length: 0 });
    }
    const expression = this.#or(0);
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw unexpected(rest);
    return expression;
  }

  #or(depth: number): TagExpression {
    return this.#chain("or", "||", () => this.#and(depth));
  }

  #and(depth: number): TagExpression {
    return this.#chain("and", "&&", () => this.#not(depth));
  }

  /** Operands with one operator between them: a chain of any length is one level. */
  #chain(kind: "and" | "or", sign: "&&" | "||", operand: () => TagExpression): TagExpression {
    const first = operand();
    const operands = [first];
    while (this.#take(sign)) operands.push(operand());
    return operands.length === 1 ? first : { kind, operands };
  }

  #not(depth: number): TagExpression {
    let isNegated = false;
    while (this.#take("!")) isNegated = !isNegated;
    const operand = this.#operand(depth);
    return isNegated ? { kind: "not", operand } : operand;
  }

  #operand(depth: number): TagExpression {
    const token = this.#tokens[this.#at];
    if (token === undefined) {
      throw new Fault({ message: "ends where a tag is missing", hint: "Name a tag.", offset: this.#end, length: 0 });
    }
    if (token.kind !== "tag" && token.kind !== "(") throw misplaced(token);
    this.#at += 1;
    if (token.kind === "tag") return { kind: "tag", tag: token.text, offset: token.offset };
    if (depth >= deepest) {
      const hint = `At most ${deepest} may stand inside each other.`;
      throw new Fault({ message: "has too many parentheses", hint, offset: token.offset, length: 1 });
    }
    const inner = this.#or(depth + 1);
    const next = this.#tokens[this.#at];
    if (this.#take(")")) return inner;
    if (next !== undefined) throw unexpected(next);
    throw new Fault({ message: "has a ( that is not closed", hint: "Add a ).", offset: token.offset, length: 1 });
  }

  #take(kind: Token["kind"]): boolean {
    const isNext = this.#tokens[this.#at]?.kind === kind;
    if (isNext) this.#at += 1;
    return isNext;
  }
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  oneToken.lastIndex = 0;
  for (let found = oneToken.exec(text); found !== null; found = oneToken.exec(text)) {
    const { tag, sign, strange } = found.groups ?? {};
    const written = tag ?? sign ?? strange ?? "";
    const kind = tag !== undefined ? "tag" : (signs.find((candidate) => candidate === sign) ?? "strange");
    tokens.push({ kind, text: written, offset: oneToken.lastIndex - written.length });
  }
  return tokens;
}

const signs = ["&&", "||", "!", "(", ")"] as const;

/** What stands where a tag, `!` or `(` would have to. */
function misplaced(token: Token): Fault {
  const { text, offset } = token;
  const spelling = spellingHint(text);
  return new Fault({
    message: `needs a tag before ${JSON.stringify(text)}`,
    hint: spelling ?? (token.kind === "strange" ? whatTagsAre : "Name a tag."),
    offset,
    length: text.length,
  });
}

/** What stands where an operator, or the end, would have to. */
function unexpected(token: Token): Fault {
  const { kind, text, offset } = token;
  const at = { offset, length: text.length };
  if (kind === ")") return new Fault({ message: "has a ) that nothing opens", hint: "Remove it, or add a (.", ...at });
  if (kind === "strange") {
    const message = `cannot hold ${JSON.stringify(text)}`;
    return new Fault({ message, hint: spellingHint(text) ?? whatTagsAre, ...at });
  }
  const hint = spellingHint(text) ?? "Write && or || between two tags.";
  return new Fault({ message: `lacks an operator before ${JSON.stringify(text)}`, hint, ...at });
}

const whatTagsAre = "Tags are letters, digits and . _ - : /; operators are && || ! ( ).";

function spellingHint(text: string): string | null {
  const meant = Object.entries(otherSpellings).find(([spelling]) => spelling === text.toLowerCase())?.[1];
  return meant === undefined ? null : `Write ${meant} for ${text}.`;
}
