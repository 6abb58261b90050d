import { readFileSync } from "node:fs";
import type { Round } from "../engines/engine.ts";
import type { Job, Runner } from "../runners/runner.ts";
import type { Bench } from "./bench.ts";
import { mustRun } from "./run-command.ts";
import { openRunRound } from "./run-round.ts";
import type { RunSample } from "./run-sample.ts";
import { sweep } from "./sweep.ts";

export interface RunRace extends Omit<Job, "argv"> {
  readonly title: string;
  readonly argvOf: (round: Round) => readonly string[];
  /** Of each repository's torrent, which are then counted. */
  readonly lines?: number;
  /** What was not done of the job, in words; null: all of it was. A turn of which something was not is no result. */
  readonly omitted: (round: Round, sample: RunSample, runner: Runner) => string | null;
}

/** What one runner gave in all rounds. */
export interface RunLane {
  readonly runner: Runner;
  readonly samples: readonly RunSample[];
  readonly failures: readonly string[];
}

const deadlineMs = 120_000;

/** Runners take turns, round after round, another one beginning each time. Those that are not installed, or cannot do the job, do not run. */
export async function raceRunners(bench: Bench, all: readonly Runner[], race: RunRace): Promise<readonly RunLane[]> {
  const able = all.filter((runner) => runner.missing() === null && runner.cannot[race.task] === undefined);
  const lanes = able.map((runner): RunLane & { samples: RunSample[]; failures: string[] } => ({
    runner,
    samples: [],
    failures: [],
  }));
  for (let round = 1; round <= bench.rounds; round += 1) {
    const first = round % lanes.length;
    for (const { runner, samples, failures } of [...lanes.slice(first), ...lanes.slice(0, first)]) {
      // It showed twice that it cannot: no third wait until the deadline.
      if (failures.length >= 2) continue;
      bench.say(`${race.title}: round ${round} of ${bench.rounds}, ${runner.name}`);
      try {
        samples.push(await takeRun(bench, runner, race));
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
        bench.say(`${race.title}: ${runner.name} failed (${failures.at(-1)})`);
      }
    }
  }
  return lanes;
}

async function takeRun(bench: Bench, runner: Runner, race: RunRace): Promise<RunSample> {
  const { round, argv, place, close } = openRunRound(bench, runner, race, deadlineMs);
  const result = round.path("result.json");
  const names = race.workspace.repositories.map(({ name }) => name).join(",");
  const counting = race.lines === undefined ? [] : ["--count", String(race.lines), names];
  try {
    await mustRun([bench.programs.stopwatch, ...counting, result, place.output, ...argv], {
      ...place,
      output: round.path("output/stopwatch"),
    });
    const sample: RunSample = JSON.parse(readFileSync(result, "utf8"));
    if (sample.exitCode !== 0)
      throw new Error(`ended with ${sample.exitCode}: ${readFileSync(place.output, "utf8").trim().slice(-300)}`);
    const omitted = race.omitted(round, sample, runner);
    if (omitted !== null) throw new Error(omitted);
    const left = await sweep(round.folder);
    if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
    return sample;
  } finally {
    await close();
  }
}
