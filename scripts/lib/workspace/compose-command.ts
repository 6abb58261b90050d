import { didYouMean } from "../diagnostic/nearest-name.ts";
import { exitCodes, userError } from "../diagnostic/user-error.ts";
import { defaultMode, keepsGoingByDefault } from "../model/command-defaults.ts";
import { placeholderPattern } from "../model/placeholders.ts";
import type { RepositoryCommand, RepositoryWorkspace } from "../model/repository-workspace.ts";
import type { Repository } from "../model/repository.ts";
import { branchOf, type RepositoryState } from "../model/repository-state.ts";

/** What the user asked for: a name with its arguments, or a command line of its own (ad hoc). */
export interface CommandRequest {
  /** null: ad hoc. */
  readonly name: string | null;
  readonly args: readonly string[];
}

/**
 * The command the user asked for: declared, run by the workspace's `program`, or ad hoc.
 *
 * @throws {UserError} `COMMAND_UNDECLARED` (exit code 78) when the name is neither; `USAGE` when there is no command at all.
 */
export function commandFor({ name, args }: CommandRequest, workspace: RepositoryWorkspace): RepositoryCommand {
  if (name === null) return adHoc(args);
  const declared = workspace.commands.get(name);
  if (declared) return declared;
  if (workspace.program !== null) return { ...standard(name), argv: [workspace.program, name, "{args}"] };
  if (name === "") throw noCommand();
  throw userError("COMMAND_UNDECLARED", `services.yaml declares no command "${name}"`, {
    hint:
      didYouMean(name, workspace.commands.keys()) ??
      (name === "watch" && args.length === 0 ? watchHint : null) ??
      `If that is a program, put -- before it: -- ${[name, ...args].join(" ")}. To declare it: workspace: commands: ${name}.`,
  });
}

/** It is what `watch` runs where nothing else is said: few have typed it as the name of a program. */
const watchHint = "Say what is to go on in each: watch -- npx tsc --watch. To declare it: workspace: commands: watch.";

function noCommand(): Error {
  return userError("USAGE", "There is no command to run", {
    hint: "Name a declared one, or write one after --, as in: run -- git status.",
    exitCode: exitCodes.usage,
  });
}

function adHoc([program, ...args]: readonly string[]): RepositoryCommand {
  // Of an empty text a shell would say that all is well.
  if (program === undefined || program.trim() === "") throw noCommand();
  return { ...standard(program), mode: "parallel", keepGoing: true, argv: [program, ...args] };
}

function standard(name: string): Omit<RepositoryCommand, "argv"> {
  return {
    name,
    mode: defaultMode(name),
    timeoutMs: null,
    weight: "io",
    keepGoing: keepsGoingByDefault(name),
    restart: "no",
    maxRestarts: null,
    environment: {},
  };
}

/** What stands for placeholders in one repository. */
export interface PlaceholderValues {
  readonly repository: Repository;
  /** From 1. */
  readonly index: number;
  /** null: on none, or not known. */
  readonly branch: string | null;
  readonly args: readonly string[];
}

/** What stands for placeholders in each repository, given how they stand; where that was not asked, there is no branch. */
export function placeholderValues(
  states: ReadonlyMap<Repository, RepositoryState>,
  args: readonly string[],
): (repository: Repository, index: number) => PlaceholderValues {
  return (repository, index) => {
    const state = states.get(repository);
    const branch = state === undefined || state.problem !== null ? null : branchOf(state.head);
    return { repository, index, branch, args };
  };
}

/** Whether anything of what is asked for depends on the branch, which costs a process to know. @throws As `commandFor`. */
export function needsBranch(request: CommandRequest, workspace: RepositoryWorkspace): boolean {
  return commandFor(request, workspace).argv.some((element) => element.includes("{branch}"));
}

/**
 * Fills in placeholders. An element that is `{args}` and nothing else becomes as many elements as there are arguments; elsewhere arguments are joined by
 * blanks. A command without `{args}` gets the arguments at its end. Nothing is ever split again.
 */
export function composeArgv(
  argv: RepositoryCommand["argv"],
  values: PlaceholderValues,
): readonly [string, ...string[]] {
  const { args } = values;
  const fill = filler(values, (text) => text);
  const [program, ...rest] = argv;
  const hasPlace = argv.some((element) => element.includes("{args}"));
  const filled = rest.flatMap((element) => (element === "{args}" ? args : [fill(element)]));
  return [fill(program), ...filled, ...(hasPlace ? [] : args)];
}

/**
 * The words of an ad hoc command as one text for a shell, which reads it. What stands for a placeholder is no part of that text but an argument of the
 * shell (`"${1}"`), so that it is read by nobody, whatever quotes the placeholder stands in.
 */
export function composeShell(
  words: RepositoryCommand["argv"],
  values: PlaceholderValues,
): readonly [string, ...string[]] {
  const handed: string[] = [];
  const text = words.join(" ");
  const fill = filler(values, (value, at) => {
    handed.push(value);
    const parameter = `\${${handed.length}}`;
    const quotes = quotesAt(text, at);
    if (quotes === '"') return parameter;
    return quotes === "'" ? `'"${parameter}"'` : `"${parameter}"`;
  });
  const filled = fill(text);
  return ["/bin/sh", "-c", filled, ...(handed.length === 0 ? [] : ["sh", ...handed])];
}

/** The quotes that are open at a place of a shell's text; "" where none are. Only quoting hangs on it: a value is never read. */
function quotesAt(text: string, place: number): "'" | '"' | "" {
  let open: "'" | '"' | "" = "";
  for (let at = 0; at < place; at += 1) {
    const character = text[at];
    if (character === "\\" && open !== "'") at += 1;
    else if (character === open) open = "";
    else if (open === "" && (character === "'" || character === '"')) open = character;
  }
  return open;
}

function filler(
  { repository, index, branch, args }: PlaceholderValues,
  quote: (text: string, at: number) => string,
): (element: string) => string {
  const values: ReadonlyMap<string, string> = new Map([
    ["name", repository.name],
    ["path", repository.path],
    ["rel", repository.rel],
    ["branch", branch ?? ""],
    ["index", String(index)],
    ["args", args.join(" ")],
  ]);
  return (element) =>
    element.replaceAll(placeholderPattern, (text, name: string, at: number) => {
      const value = values.get(name);
      return value === undefined ? text : quote(value, at);
    });
}
