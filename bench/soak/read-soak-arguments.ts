import { parseArgs } from "node:util";

export interface SoakArguments {
  readonly minutes: number;
  readonly services: number;
  readonly seed: number;
  readonly writes: boolean;
  readonly keeps: boolean;
  readonly asksHelp: boolean;
}

export const soakUsage = `Keeps a stack of services and its supervisor busy with crashes, and watches whether anything grows, is forgotten or is started twice.

Usage: npm run soak -- [options]

  --minutes N    how long (default 30)
  --services N   how many (default 50)
  --seed N       decides what happens; a run prints its own
  --write        write the result to docs/soak.md
  --keep         keep the folder of the run, and say where it is
  --help         this

The result goes to stdout, progress to stderr.
Exit code: 0 all was as it should be · 1 something was not · 64 the command line is wrong
`;

const options = {
  minutes: { type: "string" },
  services: { type: "string" },
  seed: { type: "string" },
  write: { type: "boolean" },
  keep: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** @throws {Error} In words for whoever typed it. */
export function readSoakArguments(argv: readonly string[]): SoakArguments {
  const { values } = parseArgs({ args: [...argv], options });
  return {
    minutes: numberOf("--minutes", values.minutes, 30, 0.5, 24 * 60),
    services: Math.floor(numberOf("--services", values.services, 50, 5, 1000)),
    seed: Math.floor(numberOf("--seed", values.seed, Date.now() % 1e9, 0, Number.MAX_SAFE_INTEGER)),
    writes: values.write ?? false,
    keeps: values.keep ?? false,
    asksHelp: values.help ?? false,
  };
}

function numberOf(option: string, text: string | undefined, byDefault: number, least: number, most: number): number {
  if (text === undefined) return byDefault;
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (!(number >= least && number <= most)) {
    throw new Error(`${option} takes a number from ${least} to ${most}, not "${text}"`);
  }
  return number;
}
