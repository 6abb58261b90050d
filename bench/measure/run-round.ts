import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Round } from "../engines/engine.ts";
import type { Job, Launch, Runner } from "../runners/runner.ts";
import type { Bench } from "./bench.ts";
import type { CommandPlace } from "./run-command.ts";
import { killAll } from "./kill-all.ts";
import { openRound } from "./open-round.ts";

/** One turn of a runner: its command, and where that runs. */
export interface RunRound {
  readonly round: Round;
  readonly argv: readonly string[];
  readonly place: CommandPlace;
  /** Kills what is left, and removes what was written. */
  readonly close: () => Promise<void>;
}

/** @param argvOf The command of the job, in the round's folder. */
export function openRunRound(
  bench: Bench,
  runner: Runner,
  job: Omit<Job, "argv"> & { readonly argvOf: (round: Round) => readonly string[] },
  deadlineMs: number,
): RunRound {
  const round = openRound(bench, deadlineMs);
  const home = join(bench.folder, "homes", runner.name);
  mkdirSync(home, { recursive: true });
  const write = (file: string, content: unknown) => {
    const path = resolve(round.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content, null, 1));
    return path;
  };
  const { argv, env }: Launch = runner.prepare({ ...job, argv: job.argvOf(round) }, { home, write });
  return {
    round,
    argv,
    place: round.place("run", { cwd: job.workspace.folder, env: { ...round.env, HOME: home, ...env } }),
    close: async () => {
      await killAll(round.folder);
      if (!bench.keepsRounds) rmSync(round.folder, { recursive: true, force: true });
    },
  };
}
