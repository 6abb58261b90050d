import { inspect, styleText } from "node:util";
import { formatProblem } from "../diagnostic/format-problem.ts";
import { exitCodes, UserError } from "../diagnostic/user-error.ts";
import { wantsColor } from "../diagnostic/wants-color.ts";

interface Setting {
  /** The command as the user typed it. */
  readonly name: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/**
 * Tells what went wrong: a user's mistake in full on stderr (with `json`, as one document on stdout), anything else as a bug with its stack.
 *
 * @returns The exit code.
 */
export function showFailure(error: unknown, context: Setting, json: boolean): number {
  if (!(error instanceof UserError)) {
    context.stderr.write(bugText(error, context));
    return exitCodes.bug;
  }
  if (json) {
    context.stdout.write(`${JSON.stringify({ schemaVersion: 1, errors: error.problems })}\n`);
    return error.exitCode;
  }
  const color = wantsColor(context.stderr, context.env);
  const blocks = error.problems.map((problem) => formatProblem(problem, color));
  if (error.problems.some(({ code }) => code === "USAGE")) blocks.push(helpHint(context, color));
  else if (blocks.length > 1) blocks.push(`${blocks.length} problems`);
  context.stderr.write(`${blocks.join("\n\n")}\n`);
  return error.exitCode;
}

function helpHint({ name }: Setting, color: boolean): string {
  const help = `groundswell ${name} --help`;
  return `${color ? styleText("cyan", help, { validateStream: false }) : help} shows what it takes.`;
}

function bugText(error: unknown, { name, version }: Setting): string {
  const stack = error instanceof Error ? inspect(error) : `Thrown: ${inspect(error)}`;
  const where = `groundswell ${version} ${name}, Node ${process.version}, ${process.platform}`;
  return `This is a bug in Groundswell, no mistake of yours (${where}):\n\n${stack}\n\nPlease report it with these lines.\n`;
}
