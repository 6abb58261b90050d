import type { SourceSpan } from "../model/source-span.ts";
import { interpolate, type Lookup } from "./interpolate.ts";
import type { ProblemList } from "./problem-list.ts";
import type { SourceText } from "./source-text.ts";

export interface EnvEntry {
  readonly value: string;
  /** The value as it stands in the file, without its quotes. */
  readonly span: SourceSpan;
}

/** Variables of an env file by name; of two lines for one name the later counts. */
export type EnvEntries = ReadonlyMap<string, EnvEntry>;

const validName = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/**
 * Reads an env file as Node's `util.parseEnv` does: `NAME=value`, `export NAME=value`, blanks around name and value ignored, `#` begins a comment outside of quotes, three kinds of
 * quotes which may span lines, `\n` in double quotes. Then `${…}` is put in, except between single quotes. Nothing is ever executed: `$(` is text.
 *
 * Lines that parseEnv would pass over or misread (no `=`, a quote that is not closed, text behind the closing quote) are `ENV_FILE_SYNTAX`;
 * where it takes the next line for the value of an empty `NAME= `, we do not.
 *
 * @param lookupWith Given the lines above, the variables that `${…}` sees.
 */
export function readEnvText(
  source: SourceText,
  lookupWith: (above: Lookup) => Lookup,
  problems: ProblemList,
): EnvEntries {
  const entries = new Map<string, EnvEntry>();
  const lookup = lookupWith((name) => entries.get(name)?.value);
  for (const statement of statementsOf(source, problems)) {
    const { name, characters, isLiteral, span } = statement;
    const text = characters.map(({ text: character }) => character).join("");
    const value = isLiteral ? text : expand(statement, text, lookup, problems);
    if (value !== null) entries.set(name, { value, span });
  }
  return entries;
}

/** A character of a value, and where it stands: escapes and removed carriage returns shift what follows. */
interface Character {
  readonly text: string;
  readonly offset: number;
}

interface Statement {
  readonly name: string;
  readonly characters: readonly Character[];
  readonly isLiteral: boolean;
  readonly span: SourceSpan;
}

function expand({ characters, span }: Statement, text: string, lookup: Lookup, problems: ProblemList): string | null {
  const interpolated = interpolate(text, lookup);
  for (const { code, message, offset, length } of interpolated.findings) {
    const at = characters[offset]?.offset ?? span.offset;
    problems.add(
      code,
      message,
      { file: span.file, offset: at, length },
      {
        severity: code === "VARIABLE_UNSET" ? "warning" : "error",
        hint:
          code === "INTERPOLATION_SYNTAX"
            ? "Single quotes keep text as it is."
            : "Set it in a line above, or in the environment.",
        frame: false,
      },
    );
  }
  return interpolated.text;
}

function* statementsOf(source: SourceText, problems: ProblemList): Generator<Statement> {
  const { text, file } = source;
  const complain = (offset: number, length: number, message: string, hint: string): void =>
    problems.add("ENV_FILE_SYNTAX", message, { file, offset, length }, { hint, frame: false });
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length) {
    const lineEnd = endOfLine(text, at);
    const line = text.slice(at, lineEnd);
    const first = at + line.search(/\S|$/);
    if (first >= lineEnd || text[first] === "#") {
      at = lineEnd + 1;
      continue;
    }
    const equals = text.indexOf("=", at);
    if (equals === -1 || equals >= lineEnd) {
      complain(first, line.trim().length, "This line has no =", "Write NAME=value; # begins a comment.");
      at = lineEnd + 1;
      continue;
    }
    const name = text
      .slice(at, equals)
      .trim()
      .replace(/^export\s+/, "");
    const isNamed = validName.test(name);
    if (!isNamed) {
      complain(
        first,
        Math.max(1, equals - first),
        "This is no name for a variable",
        "Use letters, digits and _, and begin with a letter.",
      );
    }
    const value = readValue(text, equals + 1, lineEnd);
    at = value.next;
    if (value.fault) complain(value.fault.offset, value.fault.length, value.fault.message, value.fault.hint);
    else if (isNamed) {
      const span = { file, offset: value.start, length: Math.max(0, value.end - value.start) };
      yield { name, characters: value.characters, isLiteral: value.isLiteral, span };
    }
  }
}

interface ReadValue {
  readonly characters: readonly Character[];
  readonly isLiteral: boolean;
  readonly start: number;
  readonly end: number;
  /** Where the next line begins. */
  readonly next: number;
  readonly fault: {
    readonly offset: number;
    readonly length: number;
    readonly message: string;
    readonly hint: string;
  } | null;
}

function readValue(text: string, from: number, lineEnd: number): ReadValue {
  const start = from + text.slice(from, lineEnd).search(/\S|$/);
  const quote = text[start];
  if (start >= lineEnd || (quote !== '"' && quote !== "'" && quote !== "`")) {
    const comment = text.slice(start, lineEnd).indexOf("#");
    const end = start + text.slice(start, comment === -1 ? lineEnd : start + comment).trimEnd().length;
    return {
      characters: charactersOf(text, start, end, false),
      isLiteral: false,
      start,
      end,
      next: lineEnd + 1,
      fault: null,
    };
  }
  const closing = text.indexOf(quote, start + 1);
  if (closing === -1) {
    const hint = "Close it, or put the value in another kind of quotes.";
    const fault = { offset: start, length: 1, message: `The quote ${quote} is not closed`, hint };
    return { characters: [], isLiteral: false, start, end: start, next: lineEnd + 1, fault };
  }
  const endOfClosing = endOfLine(text, closing);
  const rest = text.slice(closing + 1, endOfClosing);
  const behind = /^\s*(?!#)\S/.exec(rest);
  const fault = behind
    ? {
        offset: closing + behind[0].length,
        length: 1,
        message: "There is text behind the closing quote",
        hint: "A quote cannot be escaped: put the value in another kind of quotes.",
      }
    : null;
  const characters = charactersOf(text, start + 1, closing, quote === '"');
  return { characters, isLiteral: quote === "'", start: start + 1, end: closing, next: endOfClosing + 1, fault };
}

function charactersOf(text: string, start: number, end: number, hasEscapes: boolean): readonly Character[] {
  const characters: Character[] = [];
  for (let at = start; at < end; at += 1) {
    const isNewline = hasEscapes && text.startsWith("\\n", at) && at + 1 < end;
    if (text[at] !== "\r") characters.push({ text: isNewline ? "\n" : (text[at] ?? ""), offset: at });
    if (isNewline) at += 1;
  }
  return characters;
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline === -1 ? text.length : newline;
}
