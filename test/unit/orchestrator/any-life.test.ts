import * as fc from "fast-check";
import { test } from "vitest";
import { holds } from "../../support/holds.ts";
import { arbitraryScenario } from "./arbitrary-scenario.ts";
import { onVirtualGround } from "./virtual-ground.ts";
import { play } from "./virtual-run.ts";

onVirtualGround();

test(
  "whatever the graph, the behaviour and the commands: the invariants hold at every moment",
  { timeout: 120_000 },
  async () => {
    const sum = { spawns: 0, again: 0, stale: 0, seconds: 0 };
    await holds(
      3_000,
      fc.asyncProperty(arbitraryScenario(), async (scenario) => {
        const { violation, lines, spawns, policySpawns, staleCallbacks, virtualMs } = await play(scenario);
        sum.spawns += spawns;
        sum.again += policySpawns;
        sum.stale += staleCallbacks;
        sum.seconds += virtualMs / 1_000;
        if (violation !== null) throw new Error(`${violation}\n${lines.slice(-80).join("\n")}`);
      }),
      () =>
        `${sum.spawns} spawns, ${sum.again} of them by a policy, ${sum.stale} stale callbacks, ${Math.round(sum.seconds)} s of virtual time`,
    );
  },
);
