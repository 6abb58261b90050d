import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import { killForSure } from "./processes.ts";
import { healthy } from "./program.ts";
import { until } from "./until.ts";
import { workspace } from "./workspace.ts";

const names = ["db", "cache", "api", "web"] as const;

/**
 * Starts a stack and kills the supervisor at a random moment of it, again and again in one workspace. After each kill either
 * `stop` must leave nothing, or `start_dev` must bring everything up with one process a service.
 *
 * @param seed Decides the moments; a failure names it.
 */
export async function killAtRandomMoments(rounds: number, seed: number): Promise<void> {
  const random = numbersFrom(seed);
  await using dev = await workspace(
    `services:
  db: ${healthy("db")}
  cache: ${healthy("cache", "stop_grace_period: 500ms", { flags: ["--ignore", "SIGTERM"] })}
  api: ${healthy("api", "depends_on: [db, cache]")}
  web: ${healthy("web", "depends_on: [api]")}
`,
  );
  let kills = 0;
  for (let round = 0; round < rounds; round += 1) {
    const where = `seed ${seed}, round ${round}`;
    const start = dev.run("start_dev");
    await until(() => dev.supervisors().length > 0 || start.hasEnded(), "a supervisor runs");
    await pause(random() * 600);
    for (const supervisor of dev.supervisors()) {
      killForSure(supervisor);
      kills += 1;
    }
    await start;
    if (random() < 0.5) {
      const again = await dev.run("start_dev");
      expect(again.exitCode, `${where}\n${dev.story()}`).toBe(0);
      const alive = names.map((name) => dev.runsOf(name).filter((run) => run.isAlive()).length);
      expect(alive, `${where}\n${dev.story()}`).toEqual(names.map(() => 1));
    }
    const stop = await dev.run("stop");
    expect(stop.exitCode, `${where}\n${dev.story()}`).toBe(0);
    expect(dev.census(), `${where}\n${dev.story()}`).toEqual([]);
    await dev.nothingIsLeft();
  }
  // Otherwise there was mostly nobody to kill, and this has tested nothing.
  expect(kills).toBeGreaterThan(rounds / 2);
}

/** Numbers from 0 to 1 that follow from a seed. */
function numbersFrom(seed: number): () => number {
  let drawn = 0;
  return () => {
    drawn += 1;
    return createHash("sha256").update(`${seed} ${drawn}`).digest().readUInt32BE() / 2 ** 32;
  };
}
