import { flagName, type OptionSpec, type OptionSpecs } from "./option-spec.ts";

export interface HelpSubject {
  readonly summary: string;
  /** What follows the command's name; default: made from options and positionals. */
  readonly usage?: string;
  readonly positionals?: { readonly name: string; readonly description: string } | null;
  /** What follows `--` where that is a command line of its own; left out: more positionals. */
  readonly tail?: { readonly name: string; readonly description: string };
  readonly options: OptionSpecs;
  /** What follows the command's name; "" is the command alone. */
  readonly examples: readonly string[];
  readonly exitCodes?: readonly (readonly [code: number, meaning: string])[];
}

/**
 * The whole --help of one command, made from its definition.
 *
 * @param typedAs The command line up to the options: `groundswell graph`.
 * @param width Columns to wrap at.
 * @returns Lines ending with a newline.
 */
export function helpText(subject: HelpSubject, typedAs: string, width: number): string {
  const { positionals, tail } = subject;
  const tailUsage = tail ? ` -- ${tail.name} [argument...]` : "";
  const usage = subject.usage ?? `[options]${positionals ? ` [${positionals.name}...]` : ""}${tailUsage}`;
  const named = [positionals, tail].filter((one) => one !== undefined && one !== null);
  const rows = [
    ...Object.entries(subject.options).map(([key, spec]): Row => [optionTerm(key, spec), optionText(spec)]),
    ["-h, --help", "show this help"] satisfies Row,
    ["    --version", "show the version"] satisfies Row,
  ];
  const blocks = [
    subject.summary,
    `Usage: ${typedAs} ${usage}`,
    ...(named.length > 0
      ? [
          `Arguments:\n${twoColumns(
            named.map(({ name, description }): Row => [name, description]),
            width,
          )}`,
        ]
      : []),
    `Options:\n${twoColumns(rows, width)}`,
    ...(subject.examples.length > 0
      ? [`Examples:\n${subject.examples.map((args) => `  ${typedAs} ${args}`.trimEnd()).join("\n")}`]
      : []),
    ...(subject.exitCodes ? [`Exit codes:\n${twoColumns(subject.exitCodes.map(codeRow), width)}`] : []),
  ];
  return `${blocks.join("\n\n")}\n`;
}

type Row = readonly [term: string, text: string];

function codeRow([code, meaning]: readonly [number, string]): Row {
  return [String(code), meaning];
}

function optionTerm(key: string, spec: OptionSpec): string {
  const name = `${spec.short === undefined ? "    " : `-${spec.short}, `}--${flagName(key)}`;
  if (spec.type === "boolean") return name;
  const choices = spec.type === "string" ? spec.choices?.join("|") : undefined;
  if (spec.type === "number" && spec.implied !== undefined) return `${name}[=<${spec.placeholder ?? "number"}>]`;
  return `${name} <${spec.placeholder ?? choices ?? (spec.type === "number" ? "number" : flagName(key))}>`;
}

function optionText(spec: OptionSpec): string {
  if (spec.type === "boolean") return spec.description;
  const notes = [
    ...(spec.default === undefined ? [] : [`default: ${spec.default}`]),
    ...(spec.type === "string" && spec.multiple ? ["may be repeated"] : []),
  ];
  return notes.length === 0 ? spec.description : `${spec.description} (${notes.join("; ")})`;
}

/** Terms left, texts right, wrapped under themselves; a longer term than 30 has its text on the next line. */
export function twoColumns(rows: readonly Row[], width: number): string {
  const left = Math.min(30, Math.max(...rows.map(([term]) => term.length))) + 2;
  const indent = " ".repeat(left + 2);
  return rows
    .map(([term, text]) => {
      const wrapped = wrap(text, Math.max(20, width - indent.length)).join(`\n${indent}`);
      return term.length + 2 > left ? `  ${term}\n${indent}${wrapped}` : `  ${term.padEnd(left)}${wrapped}`;
    })
    .join("\n");
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
