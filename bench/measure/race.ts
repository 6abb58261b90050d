import type { Engine } from "../engines/engine.ts";
import type { Stack } from "../stacks/stack.ts";
import type { Bench } from "./bench.ts";
import { isSample, type Failure, type Sample } from "./sample.ts";
import { takeTurn, type TurnSettings } from "./take-turn.ts";

/** What one engine gave in all rounds. */
export interface Lane {
  readonly engine: Engine;
  readonly samples: readonly Sample[];
  readonly failures: readonly Failure[];
}

/** Engines take turns, round after round, so that what disturbs the machine disturbs all of them. Those that are not installed do not run. */
export async function race(
  bench: Bench,
  title: string,
  engines: readonly Engine[],
  stack: Stack,
  settings: TurnSettings = { deadlineMs: 60_000 },
): Promise<readonly Lane[]> {
  const present = engines.filter((engine) => engine.missing() === null);
  const turns = new Map<Engine, (Sample | Failure)[]>(present.map((engine) => [engine, []]));
  for (let round = 1; round <= bench.rounds; round += 1) {
    // Another one begins each time: what a turn leaves to the kernel to do meets everybody.
    const first = round % present.length;
    for (const engine of [...present.slice(first), ...present.slice(0, first)]) {
      // It showed twice that it cannot: no third wait until the deadline.
      if ((turns.get(engine) ?? []).filter((turn) => !isSample(turn)).length >= 2) continue;
      bench.say(`${title}: round ${round} of ${bench.rounds}, ${engine.name}`);
      const turn = await takeTurn(bench, engine, stack, settings);
      if (!isSample(turn)) bench.say(`${title}: ${engine.name} failed (${turn.failure})`);
      turns.get(engine)?.push(turn);
    }
  }
  return [...turns].map(([engine, all]) => ({
    engine,
    samples: all.filter(isSample),
    failures: all.flatMap((one) => (isSample(one) ? [] : [one])),
  }));
}
