import * as fc from "fast-check";
import { expect, test } from "vitest";
import { seed } from "../support/holds.ts";
import { arbitraryStack } from "./random-stack.ts";
import { live, type Tally } from "./real-life.ts";

/** `SEED=n CASES=1`: one again. */
const cases = Number(process.env["CASES"] ?? 32);
/** On two cores, more at once would wait for each other. */
const atOnce = 2;

test(
  "whatever the graph, the behaviour and the commands: programs' own stamps and /proc agree with what was promised",
  { timeout: 300_000 },
  async () => {
    const tally: Tally = { steps: 0, programs: 0, kills: 0, exitCodes: 0 };
    const seeds = Array.from({ length: cases }, (_, index) => seed + index);
    let lived = 0;
    const lane = async (): Promise<void> => {
      for (let own = seeds.shift(); own !== undefined; own = seeds.shift()) {
        const [stack] = fc.sample(arbitraryStack(), { seed: own, numRuns: 1 });
        if (stack === undefined) throw new Error("nothing was drawn");
        try {
          await live(stack, tally);
        } catch (error) {
          throw new Error(`Again: SEED=${own} CASES=1. ${error instanceof Error ? error.message : String(error)}`, {
            cause: error,
          });
        }
        lived += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    const sum = `${tally.steps} steps, ${tally.programs} programs, ${tally.kills} supervisors killed, ${tally.exitCodes} exit codes foretold`;
    process.stdout.write(`seeds ${seed} to ${seed + cases - 1}: ${lived} lives, ${sum}\n`);
    expect(lived).toBe(cases);
  },
);
