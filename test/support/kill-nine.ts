import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import { isAlive, killForSure } from "./processes.ts";
import { healthy } from "./program.ts";
import type { SteeredProgram } from "./steered-program.ts";
import { until } from "./until.ts";
import { type Workspace, workspace } from "./workspace.ts";

const policies = { db: "always", cache: "on-failure", api: "unless-stopped", web: "on-failure:3", plain: "no" };
const names = ["db", "cache", "api", "web", "plain"] as const;

/** What the rounds did, printed at their end: a test that killed nobody has tested nothing. */
interface Counts {
  kills: number;
  rounds: number;
  /** Runs that a later supervisor took over. */
  adopted: number;
  /** Services that ended while no supervisor lived. */
  unseen: number;
  /** Adopted or new, restarted by their policy. */
  restarted: number;
  /** Services that ended, and their supervisor a moment later, while it restarted them. */
  halfRestarted: number;
}

/**
 * Starts a stack and kills the supervisor at a random moment of it, again and again in one workspace, until so many supervisors were killed.
 * After a kill either `stop` must leave nothing, or `start_dev` must bring everything up with one process a service; what ends then is restarted
 * by its policy, whoever started it.
 *
 * @param seed Decides the moments; a failure names it.
 */
export async function killAtRandomMoments(kills: number, seed: number): Promise<void> {
  const random = numbersFrom(seed);
  const counts: Counts = { kills: 0, rounds: 0, adopted: 0, unseen: 0, restarted: 0, halfRestarted: 0 };
  await using dev = await workspace(`services:\n${names.map((name) => `  ${name}: ${serviceOf(name)}\n`).join("")}`);
  while (counts.kills < kills) {
    counts.rounds += 1;
    // Otherwise there is mostly nobody to kill.
    expect(counts.rounds, `${counts.kills} kills`).toBeLessThan(2 * kills);
    try {
      await liveThroughKills(dev, kills, random, counts);
    } catch (error) {
      throw new Error(`seed ${seed}, round ${counts.rounds}\n${dev.story()}`, { cause: error });
    }
  }
  process.stdout.write(`kill -9 of the supervisor, seed ${seed}: ${JSON.stringify(counts)}\n`);
  expect(counts.kills).toBe(kills);
  for (const count of [counts.adopted, counts.unseen, counts.restarted, counts.halfRestarted]) {
    expect(count, JSON.stringify(counts)).toBeGreaterThan(0);
  }
}

async function liveThroughKills(dev: Workspace, kills: number, random: () => number, counts: Counts): Promise<void> {
  const start = dev.run("start_dev");
  await until(() => dev.supervisors().length > 0 || start.hasEnded(), "a supervisor runs");
  await pause(random() * 800);
  await killSupervisor(dev, counts);
  await start;
  if (random() < 0.4) {
    const [ended] = shuffled(alive(dev), random);
    if (ended) await end(ended);
    if (ended) counts.unseen += 1;
  }
  if (random() < 0.6) {
    await allUp(dev, counts);
    await restartedByPolicy(dev, anyOf(dev, random), counts);
    if (counts.kills < kills && random() < 0.5) {
      await end(anyOf(dev, random));
      await pause(random() * 40);
      await killSupervisor(dev, counts);
      counts.halfRestarted += 1;
      await allUp(dev, counts);
      await restartedByPolicy(dev, anyOf(dev, random), counts);
    }
  }
  const stop = await dev.run("stop");
  expect(stop.exitCode).toBe(0);
  expect(dev.census()).toEqual([]);
  await dev.nothingIsLeft();
}

function serviceOf(name: (typeof names)[number]): string {
  const restart = `restart: "${policies[name]}"`;
  switch (name) {
    case "cache":
      return healthy(name, `stop_grace_period: 500ms, ${restart}`, { flags: ["--ignore", "SIGTERM"] });
    case "api":
      return healthy(name, `depends_on: [db, cache], ${restart}`);
    case "web":
      return healthy(name, `depends_on: [api], ${restart}`);
    default:
      return healthy(name, restart);
  }
}

async function killSupervisor(dev: Workspace, counts: Counts): Promise<void> {
  const all = dev.supervisors();
  // A child that is about to become a service still looks like the supervisor that forked it. It lives on, to be adopted.
  const [supervisor, second] = all.filter(({ ppid }) => !all.some(({ pid }) => pid === ppid));
  expect(second).toBeUndefined();
  if (!supervisor) return;
  killForSure(supervisor);
  await until(() => !isAlive(supervisor), "the killed supervisor is gone");
  counts.kills += 1;
}

/** `start_dev` succeeds, and each service has one process: by /proc, so that one which has not reported itself counts too. */
async function allUp(dev: Workspace, counts: Counts): Promise<void> {
  const before = alive(dev);
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  counts.adopted += before.filter((run) => run.isAlive()).length;
  expectOneOfEach(dev);
}

function expectOneOfEach(dev: Workspace): void {
  const commands = dev.strays().map(({ command }) => `${command} `);
  const processes = names.map((name) => commands.filter((one) => one.includes(`steered-program.mjs ${name} `)).length);
  expect(processes, names.join()).toEqual(names.map(() => 1));
}

/** Ends a service, and waits for what its policy promises. */
async function restartedByPolicy(dev: Workspace, ended: SteeredProgram, counts: Counts): Promise<void> {
  const { name } = ended;
  const isRestarted = name !== "plain";
  const runs = dev.runsOf(name).length;
  await end(ended);
  if (isRestarted) await dev.program(name, { run: runs + 1 });
  const phase = isRestarted ? "ready" : "failed";
  await until(async () => (await dev.statusOf(name)).phase === phase, `${name} is ${phase}`);
  if (isRestarted) expectOneOfEach(dev);
  else expect(dev.runsOf(name)).toHaveLength(runs);
  counts.restarted += isRestarted ? 1 : 0;
}

function alive(dev: Workspace): readonly SteeredProgram[] {
  return dev.started().filter((run) => run.isAlive());
}

function anyOf(dev: Workspace, random: () => number): SteeredProgram {
  const [one] = shuffled(alive(dev), random);
  if (!one) throw new Error("nothing runs");
  return one;
}

function shuffled<T>(all: readonly T[], random: () => number): readonly T[] {
  return all
    .map((one) => ({ one, at: random() }))
    .toSorted((left, right) => left.at - right.at)
    .map(({ one }) => one);
}

async function end(run: SteeredProgram): Promise<void> {
  killForSure(run);
  await run.ended();
}

/** Numbers from 0 to 1 that follow from a seed. */
function numbersFrom(seed: number): () => number {
  let drawn = 0;
  return () => {
    drawn += 1;
    return createHash("sha256").update(`${seed} ${drawn}`).digest().readUInt32BE() / 2 ** 32;
  };
}
