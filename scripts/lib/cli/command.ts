import type { Duplex } from "node:stream";
import type { HostSupervisor } from "../control/hosted-supervisor.ts";
import { helpText, type HelpSubject } from "./help-text.ts";
import type { OptionSpecs, ParsedOptions } from "./option-spec.ts";
import { drained, watchOutput } from "./output-watch.ts";
import { parseArguments } from "./parse-arguments.ts";
import { showFailure } from "./show-failure.ts";

/** What a command may touch of the world around it. */
export interface CommandContext {
  /** The command as the user typed it. */
  readonly name: string;
  readonly version: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Where what was worked out about a services file may be kept; null: nowhere. `build` names the code that works it out. */
  readonly cache: { readonly folder: string; readonly build: string } | null;
  /** The script that runs every command, the supervisor too. */
  readonly launcher: string;
  /** Runs the workspace's supervisor in this process; its code is loaded when it is called. */
  readonly hostSupervisor: HostSupervisor;
  /** The line to the supervisor that was launched before the command was loaded; null: none was wanted, or needed. */
  readonly supervisor: Promise<Duplex | null> | null;
}

/** Sets process.exitCode when it is done. */
export type CommandMain = (argv: readonly string[], context: CommandContext) => Promise<void>;

interface CommandInput<O extends OptionSpecs> {
  readonly args: readonly string[];
  /** What followed `--`, where the command has a `tail`; else empty. */
  readonly tail: readonly string[];
  readonly options: ParsedOptions<O>;
  readonly context: CommandContext;
  /** Aborted when nobody reads standard output any more. */
  readonly outputClosed: AbortSignal;
}

export interface CommandDefinition<O extends OptionSpecs> extends HelpSubject {
  readonly options: O;
  /** Returns the exit code; throws UserError for a user's mistake. */
  run(input: CommandInput<O>): Promise<number>;
}

/**
 * Makes a command's main() from its definition: arguments, --help and --version, errors, exit code.
 *
 * The one place that catches. A `UserError` is shown and ends with its own exit code; with `--json` it is a document on stdout.
 * Anything else, an unhandled rejection too, is a bug: stack, exit code 70. A reader of stdout that goes away (EPIPE) is nobody's
 * mistake: the rest is dropped and the exit code is the command's own.
 */
export function command<const O extends OptionSpecs>(definition: CommandDefinition<O>): CommandMain {
  return async (argv, context) => {
    const output = watchOutput(context.stdout, context.stderr);
    const endWithBug = (error: unknown): void => {
      process.exitCode = showFailure(error, context, false);
      // What threw may have left anything behind: nothing more must run.
      void endProcess(context);
    };
    process.on("uncaughtException", endWithBug).on("unhandledRejection", endWithBug);
    try {
      process.exitCode = await perform(definition, argv, context, output.closed);
    } catch (error) {
      process.exitCode = showFailure(error, context, wantsJson(definition, argv));
      // A failed command may leave a connection open: then the process would never end by itself.
      setTimeout(() => void endProcess(context), 500).unref();
    }
    const failure = output.failure();
    if (failure === null) return;
    context.stderr.write(`The output could not be written: ${failure}\n`);
    process.exitCode ||= 1;
  };
}

async function perform<O extends OptionSpecs>(
  definition: CommandDefinition<O>,
  argv: readonly string[],
  context: CommandContext,
  outputClosed: AbortSignal,
): Promise<number> {
  const end = definition.tail ? argv.indexOf("--") : -1;
  const own = end === -1 ? argv : argv.slice(0, end);
  const tail = end === -1 ? [] : argv.slice(end + 1);
  const parsed = parseArguments(own, definition.options, Boolean(definition.positionals), Boolean(definition.tail));
  if (parsed.ask === "version") context.stdout.write(`${context.version}\n`);
  if (parsed.ask === "help") {
    const width = Math.min(context.stdout.columns ?? 100, 100);
    context.stdout.write(helpText(definition, `groundswell ${context.name}`, width));
  }
  if (parsed.ask !== "run") return 0;
  const code = await definition.run({ args: parsed.args, tail, options: parsed.options, context, outputClosed });
  // An error of the last write is reported by the stream after this.
  await drained(context.stdout);
  return code;
}

/** Decided from the raw arguments, since the mistake may lie in them. */
function wantsJson({ options }: { readonly options: OptionSpecs }, argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return "json" in options && (end === -1 ? argv : argv.slice(0, end)).includes("--json");
}

async function endProcess({ stdout, stderr }: CommandContext): Promise<void> {
  await Promise.all([drained(stdout), drained(stderr)]);
  process.exit();
}
