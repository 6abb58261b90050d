import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Engine, Round, Session } from "../engines/engine.ts";
import type { Stack } from "../stacks/stack.ts";
import type { Bench } from "./bench.ts";
import { openRound } from "./open-round.ts";
import { orderViolations } from "./order-violations.ts";
import { killAll } from "./kill-all.ts";
import { isAlive } from "./process-row.ts";
import type { Failure, Sample } from "./sample.ts";
import { readStamps, type Stamp } from "./stamps.ts";
import { sweep } from "./sweep.ts";

export interface TurnSettings {
  readonly deadlineMs: number;
  /** Before the clock runs. */
  readonly beforeStart?: (round: Round) => void;
  /** Between start and stop. */
  readonly whileUp?: (session: Session, round: Round, engine: Engine) => Promise<void>;
}

/** One engine starts one stack and stops it; everything it leaves is counted, then killed. */
export async function takeTurn(
  bench: Bench,
  engine: Engine,
  stack: Stack,
  { deadlineMs, beforeStart, whileUp }: TurnSettings,
): Promise<Sample | Failure> {
  const round = openRound(bench, deadlineMs);
  const session = engine.prepare(stack, round);
  beforeStart?.(round);
  let phase = "start";
  try {
    const begin = process.hrtime.bigint();
    await session.start();
    const startMs = msSince(begin);
    const up = await stampsOfAll(stack, round);
    phase = "while up";
    await whileUp?.(session, round, engine);
    phase = "stop";
    const stopBegin = process.hrtime.bigint();
    if (engine.stops) await session.stop();
    const stopMs = engine.stops ? msSince(stopBegin) : Number.NaN;
    const { lingering, survivors } = engine.stops ? await countSurvivors(round) : { lingering: 0, survivors: 0 };
    phase = "close";
    await session.close();
    const starts = ofEvent(up, "start");
    const ready = ofEvent(up, "ready");
    return {
      startMs,
      readyMs: Number(latest(ready) - begin) / 1e6,
      graphMs: Number(latest(ready) - earliest(starts)) / 1e6,
      firstSpawnMs: Number(earliest(starts) - begin) / 1e6,
      stopMs,
      violations: orderViolations(stack.services, up),
      unready: ready.filter(({ ns }) => Number(ns - begin) / 1e6 > startMs).length,
      lingering,
      survivors,
      leftBehind: engine.stops ? await sweep(round.folder) : [],
    };
  } catch (error) {
    return { failure: `${phase}: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    await killAll(round.folder);
    if (!bench.keepsRounds) rmSync(round.folder, { recursive: true, force: true });
  }
}

/** A tool that knows nothing of readiness may return early; the measure is the services' own. */
async function stampsOfAll({ services }: Stack, { stamps, deadlineMs }: Round): Promise<readonly Stamp[]> {
  const until = performance.now() + deadlineMs;
  for (;;) {
    const all = readStamps(stamps);
    if (ofEvent(all, "ready").length >= services.length) return all;
    if (performance.now() > until) throw new Error(`services were not ready in ${deadlineMs / 1000} s`);
    await pause(5);
  }
}

/** Grandchildren too: each of them stamped its PID. */
async function countSurvivors({ stamps }: Round): Promise<{ lingering: number; survivors: number }> {
  const population = readStamps(stamps).filter(({ event }) => event === "start" || event === "grandchild");
  const lingering = population.filter(isAlive).length;
  const until = performance.now() + 500;
  let survivors = lingering;
  while (survivors > 0 && performance.now() < until) {
    await pause(20);
    survivors = population.filter(isAlive).length;
  }
  return { lingering, survivors };
}

function ofEvent(stamps: readonly Stamp[], event: string): readonly Stamp[] {
  return stamps.filter((stamp) => stamp.event === event);
}

function latest(stamps: readonly Stamp[]): bigint {
  return stamps.reduce((last, { ns }) => (ns > last ? ns : last), 0n);
}

function earliest(stamps: readonly Stamp[]): bigint {
  return stamps.reduce((first, { ns }) => (ns < first ? ns : first), stamps[0]?.ns ?? 0n);
}

function msSince(begin: bigint): number {
  return Number(process.hrtime.bigint() - begin) / 1e6;
}
