import { parseArgs } from "node:util";
import { didYouMean, nearestName } from "../diagnostic/nearest-name.ts";
import { exitCodes, makeProblem, UserError, type Problem } from "../diagnostic/user-error.ts";
import { flagName, type OptionSpec, type OptionSpecs, type ParsedOptions } from "./option-spec.ts";

const namelessHint = "This command takes no names: it is about all services.";

interface Token {
  readonly name: string;
  /** As it was typed: `-n`, `--lines`. */
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

export type Arguments<O extends OptionSpecs> =
  | { readonly ask: "help" | "version" }
  | { readonly ask: "run"; readonly args: readonly string[]; readonly options: ParsedOptions<O> };

/**
 * Reads a command's arguments. Options and positionals may stand in any order; what follows `--` is positional;
 * of a repeated option the last value counts. --help and --version win over whatever else is wrong.
 *
 * @param takesPositionals false: any positional is a mistake.
 * @param takesTail true: what follows `--`, which is not part of `argv`, belongs to somebody else.
 * @throws {UserError} `USAGE` (exit code 64), naming every mistake at once.
 */
export function parseArguments<O extends OptionSpecs>(
  argv: readonly string[],
  specs: O,
  takesPositionals: boolean,
  takesTail = false,
): Arguments<O> {
  const byFlag = new Map(Object.entries(specs).map(([key, spec]) => [flagName(key), { key, spec }]));
  const { tokens } = parseArgs({
    args: [...argv],
    // Not strict: parseArgs would stop at the first mistake, in words of its own.
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      help: { type: "boolean", short: "h" },
      version: { type: "boolean" },
      ...Object.fromEntries([...byFlag].map(([flag, { spec }]) => [flag, tokenizerOption(spec)])),
    },
  });
  const options = tokens.filter((token) => token.kind === "option");
  for (const ask of ["help", "version"] as const) if (options.some(({ name }) => name === ask)) return { ask };

  const mistakes: Problem[] = [];
  const mistake = (message: string, hint: string | null = null): void => {
    mistakes.push(makeProblem("USAGE", message, { hint }));
  };
  const firstName = takesTail ? tokens.findIndex(({ kind }) => kind === "positional") : -1;
  const values = new Map<string, Value>(Object.entries(specs).map(([key, spec]) => [key, startValue(spec)]));
  for (const token of options) {
    const found = byFlag.get(token.name);
    if (!found) {
      const isBehindName = firstName !== -1 && firstName < tokens.indexOf(token);
      const hints = [
        nearestOption(token, [...byFlag.keys(), "help", "version"]),
        isBehindName ? `Options of what is run stand behind --: -- ${token.rawName}.` : null,
      ];
      mistake(`Unknown option ${token.rawName}`, hints.filter((hint) => hint !== null).join(" ") || null);
      continue;
    }
    const result = readValue(token, found.spec);
    if ("mistake" in result) {
      mistake(result.mistake, result.hint);
      continue;
    }
    const before = values.get(found.key);
    values.set(found.key, Array.isArray(before) ? [...before, result.value] : result.value);
  }
  const args = tokens.filter((token) => token.kind === "positional").map(({ value }) => value);
  if (!takesPositionals) {
    const hintFor = (arg: string): string => (byFlag.has("repo") ? `To choose by name: --repo ${arg}.` : namelessHint);
    for (const arg of args) mistake(`Unexpected argument "${arg}"`, hintFor(arg));
  }
  const [first, ...others] = mistakes;
  if (first) throw new UserError([first, ...others], exitCodes.usage);
  const parsed: object = Object.fromEntries(values);
  if (!hasEvery(parsed, specs)) throw new TypeError("an option was left without a value");
  return { ask: "run", args, options: parsed };
}

function hasEvery<O extends OptionSpecs>(parsed: object, specs: O): parsed is ParsedOptions<O> {
  return Object.keys(specs).every((key) => Object.hasOwn(parsed, key));
}

function tokenizerOption(spec: OptionSpec): { type: "boolean" | "string"; multiple: true; short?: string } {
  const takesNext = spec.type === "string" || (spec.type === "number" && spec.implied === undefined);
  const type = takesNext ? "string" : "boolean";
  return spec.short === undefined ? { type, multiple: true } : { type, multiple: true, short: spec.short };
}

type Value = boolean | string | number | null | readonly (boolean | string | number)[];

function startValue(spec: OptionSpec): Value {
  if (spec.type === "boolean") return false;
  if (spec.type === "string" && spec.multiple) return [];
  return spec.default ?? null;
}

function nearestOption(token: Token, flags: readonly string[]): string | null {
  const nearest = nearestName(token.name, flags);
  // One wrong letter is near to every other letter: only long names are worth guessing.
  return nearest === null || !token.rawName.startsWith("--") ? null : `Did you mean "--${nearest}"?`;
}

type Reading =
  | { readonly value: boolean | string | number }
  | { readonly mistake: string; readonly hint: string | null };

function readValue({ rawName, value, inlineValue }: Token, spec: OptionSpec): Reading {
  if (spec.type === "boolean") {
    if (value === undefined) return { value: true };
    return { mistake: `${rawName} takes no value, but got "${value}"`, hint: null };
  }
  if (value === undefined && spec.type === "number" && spec.implied !== undefined) return { value: spec.implied };
  if (value === undefined) return { mistake: `${rawName} needs a value`, hint: null };
  if (spec.type === "number") {
    const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : null;
    const isInRange = number !== null && (number > 0 || !spec.positive);
    if (isInRange && (Number.isInteger(number) || !spec.integer)) return { value: number };
    const kind = spec.integer ? "a whole number" : "a number";
    const wanted = `${kind}${spec.placeholder === "seconds" ? " of seconds" : ""}, ${spec.positive ? "more than zero" : "zero or more"}`;
    return { mistake: `${rawName} must be ${wanted}, but is "${value}"`, hint: null };
  }
  if (!inlineValue && value.startsWith("-") && value.length > 1) {
    const hint = `If "${value}" is the value, write ${rawName.startsWith("--") ? `${rawName}=${value}` : rawName + value}.`;
    return { mistake: `${rawName} needs a value, but "${value}" looks like an option`, hint };
  }
  if (spec.choices && !spec.choices.includes(value)) {
    const choices = new Intl.ListFormat("en", { type: "disjunction" }).format(spec.choices);
    return { mistake: `${rawName} must be ${choices}, but is "${value}"`, hint: didYouMean(value, spec.choices) };
  }
  return { value };
}
