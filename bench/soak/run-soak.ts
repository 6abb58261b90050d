import { setTimeout as pause } from "node:timers/promises";
import type { Bench } from "../measure/bench.ts";
import { openRound } from "../measure/open-round.ts";
import { isAlive } from "../measure/process-row.ts";
import { sweep } from "../measure/sweep.ts";
import { chanceFrom } from "./chance.ts";
import { befall, cure, type Deeds } from "./deeds.ts";
import { commandsIn } from "./groundswell-commands.ts";
import { Ledger } from "./ledger.ts";
import { heal, killSupervisor, reloadSome, restartSome, settleAndNote, type Soak, startDev } from "./operations.ts";
import type { SoakArguments } from "./read-soak-arguments.ts";
import { sampleOf, type SoakSample } from "./sample.ts";
import { subjectsOf, writeServices } from "./subjects.ts";

export interface SoakResult {
  readonly samples: readonly SoakSample[];
  readonly deeds: Deeds;
  readonly counts: Soak["counts"];
  /** Processes of services there ever were, and those of them their policy brought about. */
  readonly runs: number;
  readonly restartsByPolicy: number;
  /** Of all runs, alive when `stop` had returned. */
  readonly survivors: number;
  /** What had to be killed afterwards: nothing, where all is well. */
  readonly leftBehind: readonly string[];
  readonly wrong: readonly string[];
}

const sampleEveryMs = 10_000;
const operateEveryMs = 15_000;

/** Starts the stack, lets things happen to it, and stops it. */
export async function runSoak(
  bench: Bench,
  { minutes, services, seed }: Pick<SoakArguments, "minutes" | "services" | "seed">,
): Promise<SoakResult> {
  const round = openRound(bench, 120_000);
  const subjects = subjectsOf(services, bench.firstPort);
  const soak: Soak = {
    bench,
    round,
    subjects,
    ledger: new Ledger(subjects, round.stamps),
    commands: commandsIn(round),
    chance: chanceFrom(seed),
    deeds: { kills: 0, exits: 0, sick: 0, well: 0, loops: 0, logLines: 0 },
    generations: new Map(),
    counts: { starts: 0, restarts: 0, reloads: 0, supervisorKills: 0 },
    wrong: [],
  };
  writeServices(subjects, soak.generations, round, bench.programs.subject);
  await startDev(soak);
  const samples = await live(soak, minutes);
  await settleAndNote(soak, "at the end");
  const stop = await soak.commands.run("stop");
  const survivors = soak.ledger.allRuns().filter(isAlive).length;
  if (stop.exitCode !== 0) soak.wrong.push(`stop ended with ${stop.exitCode}`);
  const leftBehind = await sweep(round.folder);
  const { deeds, counts, wrong, ledger } = soak;
  return {
    samples,
    deeds,
    counts,
    runs: ledger.allRuns().length,
    restartsByPolicy: ledger.restarts,
    survivors,
    leftBehind,
    wrong,
  };
}

async function live(soak: Soak, minutes: number): Promise<readonly SoakSample[]> {
  const { chance, ledger, round, deeds } = soak;
  const begin = performance.now();
  const lengthMs = minutes * 60_000;
  const killTimes = timesOfKills(minutes, chance.number).map((share) => begin + share * lengthMs);
  const samples: SoakSample[] = [];
  let [nextSample, nextOperation] = [begin, begin + operateEveryMs];
  while (performance.now() - begin < lengthMs) {
    const now = performance.now();
    if (now >= nextSample) {
      samples.push(...(await takeSample(soak, begin)));
      nextSample = now + sampleEveryMs;
    } else if (now >= (killTimes[0] ?? Number.POSITIVE_INFINITY)) {
      killTimes.shift();
      await killSupervisor(soak);
    } else if (now >= nextOperation) {
      const operation = chance.some([heal, restartSome, reloadSome], 1)[0] ?? heal;
      await operation(soak);
      nextOperation = performance.now() + operateEveryMs * (0.5 + chance.number());
    } else {
      await befall(ledger, round, chance, deeds, new Set());
      await pause(200 + chance.number() * 1000);
    }
  }
  return samples;
}

/** One in three minutes, in the first three fifths: the last supervisor lives long enough to show what grows. */
function timesOfKills(minutes: number, random: () => number): number[] {
  const count = Math.max(1, Math.floor(minutes / 3));
  return Array.from({ length: count }, () => 0.6 * random()).toSorted((one, other) => one - other);
}

async function takeSample(soak: Soak, begin: number): Promise<readonly SoakSample[]> {
  const { bench, ledger, commands, subjects, chance, deeds } = soak;
  const wrong = await settleAndNote(soak, `after ${((performance.now() - begin) / 60_000).toFixed(1)} min`);
  const sample = await sampleOf(commands, (performance.now() - begin) / 60_000, subjects.length, wrong);
  if (sample === null) {
    soak.wrong.push("no supervisor runs");
    return [];
  }
  const { pid, rssKb, descriptors, asTheyShould, services } = sample;
  const count = (should: string) => ledger.entries.filter((entry) => entry.should === should).length;
  bench.say(
    `soak: ${sample.minutes.toFixed(1)} min, supervisor ${pid}, ${(rssKb / 1024).toFixed(1)} MB, ${descriptors} descriptors, ${asTheyShould} of ${services} as they should be (${count("ready")} ready, ${count("unhealthy")} unhealthy, ${count("failed")} failed)`,
  );
  await cure(chance.some(ledger.entries, services / 2), ledger, deeds);
  return [sample];
}
