import * as fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryScenario } from "./arbitrary-scenario.ts";
import { onVirtualGround } from "./virtual-ground.ts";
import { play } from "./virtual-run.ts";

onVirtualGround();

const seed = Number(process.env["SEED"] ?? Date.now() % 1e9);
const wanted = 3_000;

test(
  "whatever the graph, the behaviour and the commands: the invariants hold at every moment",
  { timeout: 120_000 },
  async () => {
    const sum = { cases: 0, spawns: 0, stale: 0, seconds: 0 };
    await fc.assert(
      fc.asyncProperty(arbitraryScenario(), async (scenario) => {
        const { violation, lines, spawns, staleCallbacks, virtualMs } = await play(scenario);
        sum.cases += 1;
        sum.spawns += spawns;
        sum.stale += staleCallbacks;
        sum.seconds += virtualMs / 1_000;
        if (violation !== null) throw new Error(`${violation}\n${lines.slice(-80).join("\n")}`);
      }),
      { seed, numRuns: wanted },
    );
    process.stdout.write(
      `seed ${seed}: ${sum.cases} lives, ${sum.spawns} spawns, ${sum.stale} stale callbacks, ${Math.round(sum.seconds)} s of virtual time\n`,
    );
    expect(sum.cases).toBe(wanted);
  },
);
