import { nearestName } from "../diagnostic/nearest-name.ts";
import type { ProblemCode } from "../diagnostic/codes.ts";
import { parseDecimal, parseDuration } from "./durations.ts";
import { interpolate, type Lookup } from "./interpolate.ts";
import type { ProblemDetails, ProblemList } from "./problem-list.ts";
import { variablesNamedIn } from "./template.ts";
import { type ScalarNode, spanWithin } from "./yaml-tree.ts";

/** Problems that come from this machine's environment, not from the file: of no interest in a service that is switched off. */
const environmental = new Set<ProblemCode>(["INTERPOLATION_REQUIRED", "VARIABLE_UNSET"]);

/**
 * Reads values out of scalars: variables put in, then made a number, a duration, … Whatever is wrong goes to the problem list, at its place;
 * the reader then gives null. The schema has already said what a scalar of the wrong type is; about that this is silent.
 */
export class ValueReader {
  readonly problems: ProblemList;
  readonly lookup: Lookup;
  /** Every variable the strings read so far name. */
  readonly named: Set<string>;
  readonly isOff: boolean;

  /** @param isOff The service is off by profile: only what is wrong on every machine is reported. */
  constructor(problems: ProblemList, lookup: Lookup, isOff = false, named = new Set<string>()) {
    this.problems = problems;
    this.lookup = lookup;
    this.named = named;
    this.isOff = isOff;
  }

  /** The same service with other variables; what is named is remembered together. */
  withLookup(lookup: Lookup): ValueReader {
    return new ValueReader(this.problems, lookup, this.isOff, this.named);
  }

  text(node: ScalarNode): string | null {
    const text = typeof node.value === "string" ? this.#interpolated(node) : node.text;
    if (text?.includes("\0")) return this.invalid(node, "cannot hold a NUL character");
    return text;
  }

  /** A path, or a glob of paths, that is not empty. */
  path(node: ScalarNode): string | null {
    const text = typeof node.value === "string" ? this.text(node) : null;
    if (text?.trim() === "") return this.invalid(node, "is empty");
    if (text === null || !/^~(?:\/|$)/.test(text)) return text;
    return this.invalid(node, "begins with ~, which only a shell knows", { hint: "Write ${HOME}/… for your home." });
  }

  /** A string that a shell will expand itself: as it stands. */
  shellText(node: ScalarNode): string | null {
    for (const name of variablesNamedIn(node.text)) this.named.add(name);
    return node.text.includes("\0") ? this.invalid(node, "cannot hold a NUL character") : node.text;
  }

  #interpolated(node: ScalarNode): string | null {
    for (const name of variablesNamedIn(node.text)) this.named.add(name);
    const { text, findings } = interpolate(node.text, this.lookup);
    for (const { code, message, offset, length } of findings) {
      this.report(code, message, node, {
        severity: code === "VARIABLE_UNSET" ? "warning" : "error",
        hint: interpolationHints[code],
        within: [offset, length],
      });
    }
    return text;
  }

  flag(node: ScalarNode): boolean | null {
    if (typeof node.value === "boolean") return node.value;
    const text = this.text(node);
    if (text === null || typeof node.value !== "string") return null;
    if (text !== node.value && (text === "true" || text === "false")) return text === "true";
    const meant = yesOrNo(text);
    if (meant === null) return this.invalid(node, `must be true or false, not ${this.shown(node, text)}`);
    this.report("YAML_BOOLEAN", `${node.label} must be true or false, not ${this.shown(node, text)}`, node, {
      hint: `Write ${meant}${text === String(meant) ? " without quotes" : ": only true and false are booleans in YAML 1.2"}.`,
    });
    return null;
  }

  /** A whole number from `least` to `most`. */
  count(node: ScalarNode, least: number, most = 1_000_000): number | null {
    const text = this.text(node);
    if (text === null || typeof node.value === "boolean") return null;
    const count = typeof node.value === "number" ? node.value : (parseDecimal(text) ?? Number.NaN);
    if (Number.isInteger(count) && count >= least && count <= most) return count;
    return this.invalid(node, `must be a whole number of at least ${least}, not ${this.shown(node, text)}`);
  }

  /** @param mayBeZero Whether 0 makes sense here. */
  durationMs(node: ScalarNode, mayBeZero: boolean): number | null {
    const text = this.text(node);
    if (text === null || typeof node.value === "boolean") return null;
    const ms = parseDuration(text);
    if (ms === null) {
      return this.invalid(node, `must be a duration, not ${this.shown(node, text)}`, {
        hint: "Write 500ms, 1s, 1m30s or 2h; a plain number is seconds. The longest is 24 days.",
      });
    }
    return ms === 0 && !mayBeZero ? this.invalid(node, "must be longer than 0") : ms;
  }

  /** @param shown How many of the choices an error names; the others are spellings of these. */
  choice<const T extends string>(node: ScalarNode, choices: readonly T[], shown = choices.length): T | null {
    const text = this.text(node);
    if (text === null || typeof node.value !== "string") return null;
    const chosen = choices.find((choice) => choice === text);
    if (chosen !== undefined) return chosen;
    const nearest = nearestName(text, choices);
    return this.invalid(node, `must be ${oneOfWords(choices.slice(0, shown))}, not ${this.shown(node, text)}`, {
      hint: nearest === null ? null : `Did you mean "${nearest}"?`,
    });
  }

  /** The source of a regular expression. */
  pattern(node: ScalarNode): string | null {
    const text = this.text(node);
    if (text === null || typeof node.value !== "string") return null;
    try {
      return new RegExp(text).source && text;
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, "") : String(error);
      return this.invalid(node, `is not a regular expression: ${why}`);
    }
  }

  /** Reports that a value cannot be used. @returns null, so that readers can end with it. */
  invalid(node: ScalarNode, what: string, details: ProblemDetails & { code?: ProblemCode } = {}): null {
    const isFromEnvironment = typeof node.value === "string" && node.text.includes("${");
    if (!(this.isOff && isFromEnvironment)) {
      const unset = isFromEnvironment ? this.#unsetIn(node) : [];
      const because = unset.length === 0 ? null : `Not set: ${unset.join(", ")}.`;
      const hint = [details.hint, because].filter(Boolean).join(" ");
      this.problems.add(details.code ?? "VALUE_INVALID", `${node.label} ${what}`, node.span, {
        ...details,
        hint: hint === "" ? null : hint,
      });
    }
    return null;
  }

  /** Reports something about a scalar or a stretch of it. */
  report(
    code: ProblemCode,
    message: string,
    node: ScalarNode,
    details: ProblemDetails & { within?: readonly [offset: number, length: number] } = {},
  ): void {
    if (this.isOff && environmental.has(code)) return;
    const span = details.within ? spanWithin(node, ...details.within) : node.span;
    this.problems.add(code, message, span, details);
  }

  #unsetIn(node: ScalarNode): readonly string[] {
    return [...new Set(variablesNamedIn(node.text))].filter((name) => this.lookup(name) === undefined);
  }

  /** A value for a message: short, and with the text it came from. */
  shown(node: ScalarNode, text: string): string {
    const cut = shortened(text);
    if (typeof node.value !== "string") return cut;
    return text === node.text ? JSON.stringify(cut) : `${JSON.stringify(cut)} (from ${shortened(node.text.trim())})`;
  }
}

const interpolationHints = {
  INTERPOLATION_SYNTAX: "Write ${NAME}, ${NAME:-default} or ${NAME:?message}; $${ stands for a plain ${.",
  INTERPOLATION_REQUIRED: "Set it in .env or in the environment.",
  VARIABLE_UNSET: "It becomes an empty text. Set it in .env, or give a default: ${NAME:-default}.",
} as const;

/** What must be one of several words: `a, b or c`. */
function oneOfWords(words: readonly string[]): string {
  return [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" or ");
}

/** For messages. */
export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function yesOrNo(text: string): boolean | null {
  if (/^(?:y|yes|on|true)$/i.test(text)) return true;
  return /^(?:n|no|off|false)$/i.test(text) ? false : null;
}
