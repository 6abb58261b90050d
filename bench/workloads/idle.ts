import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Engine } from "../engines/engine.ts";
import { groundswell } from "../engines/groundswell.ts";
import { pm2 } from "../engines/pm2.ts";
import type { Bench } from "../measure/bench.ts";
import { cpuMs } from "../measure/cpu-ms.ts";
import { type MemoryMb, memoryMb } from "../measure/memory-mb.ts";
import { isSample } from "../measure/sample.ts";
import { takeTurn } from "../measure/take-turn.ts";
import { atMost } from "../report/goal.ts";
import { laneFaults } from "../report/lane-faults.ts";
import { independent } from "../stacks/shapes.ts";
import { stackOf } from "../stacks/stack.ts";
import type { Workload } from "./workload.ts";

const floorProgram = join(import.meta.dirname, "../floor/probe.mjs");

interface Idle extends MemoryMb {
  readonly name: string;
  readonly services: number;
  readonly cpuPercent: number;
}

export const idle: Workload = {
  name: "idle",
  summary: "the resident process while services run and are asked by http once a second (pm2 asks nobody)",
  peers: [pm2],
  async run(bench) {
    const idles: Idle[] = [];
    const faults: string[] = [];
    const counts = bench.isSmoke ? [3] : [10, 100, 1000];
    const observed = bench.isSmoke ? 3 : 100;
    for (const count of counts) faults.push(...(await observe(bench, groundswell, count, idles)));
    if (pm2.missing() === null) faults.push(...(await observe(bench, pm2, observed, idles)));
    const ours = idles.find(({ name, services }) => name === groundswell.name && services === observed);
    const rows = idles.map(({ name, services, rss, pss, cpuPercent }) => [
      name,
      String(services),
      rss.toFixed(1),
      pss.toFixed(1),
      cpuPercent.toFixed(2),
    ]);
    return {
      tables: [{ columns: ["process", "services", "RSS, MB", "PSS, MB", "CPU while idle, % of a core"], rows }],
      goals: [
        atMost("RSS of the supervisor of 100 services", ours?.rss ?? Number.NaN, 75, "MB"),
        atMost("its CPU while idle", ours?.cpuPercent ?? Number.NaN, 1.5, "% of a core"),
      ],
      faults,
    };
  },
};

async function observe(bench: Bench, engine: Engine, count: number, idles: Idle[]): Promise<readonly string[]> {
  bench.say(`idle: ${engine.name}, ${count} services`);
  const stack = stackOf(bench.firstPort, independent(count), { probe: "http" });
  const turn = await takeTurn(bench, engine, stack, {
    deadlineMs: 180_000,
    whileUp: async (session) => {
      const pid = session.residentPid();
      if (pid === null) throw new Error("no resident process");
      idles.push({ name: engine.name, services: count, ...(await watch(bench, pid)) });
      if (engine === groundswell) idles.push({ name: "floor", services: count, ...(await watchFloor(bench, count)) });
    },
  });
  return laneFaults(`idle, ${count} services`, [
    { engine, samples: isSample(turn) ? [turn] : [], failures: isSample(turn) ? [] : [turn] },
  ]);
}

async function watchFloor(bench: Bench, count: number) {
  const child = spawn(process.execPath, [floorProgram, String(bench.firstPort), String(count)], {
    env: bench.env,
    stdio: "ignore",
  });
  try {
    return await watch(bench, child.pid ?? 0);
  } finally {
    child.kill();
  }
}

/** What a start leaves to do is over after five seconds. */
async function watch(bench: Bench, pid: number): Promise<MemoryMb & { cpuPercent: number }> {
  await pause(bench.isSmoke ? 100 : 5000);
  const [begin, before] = [performance.now(), cpuMs(pid)];
  await pause(bench.isSmoke ? 1000 : 20_000);
  const cpuPercent = (100 * (cpuMs(pid) - before)) / (performance.now() - begin);
  return { ...memoryMb(pid), cpuPercent };
}
