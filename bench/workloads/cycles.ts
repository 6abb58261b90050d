import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { groundswellCommand } from "../engines/groundswell.ts";
import type { Round } from "../engines/engine.ts";
import type { Bench } from "../measure/bench.ts";
import { median } from "../measure/median.ts";
import { openRound } from "../measure/open-round.ts";
import { runCommand } from "../measure/run-command.ts";
import { processesOf } from "../measure/processes-of.ts";
import { sweep } from "../measure/sweep.ts";
import { inMs } from "../report/goal.ts";
import type { Workload } from "./workload.ts";

const root = join(import.meta.dirname, "../..");
const programs = ["redis", "backend", "worker", "frontend", "monitor"];

export const cycles: Workload = {
  name: "cycles",
  summary:
    "the sample stack of the repository (a Redis, four Node programs) started and stopped, again and again, in one workspace",
  peers: [],
  async run(bench) {
    const round = openSample(bench);
    const count = bench.isSmoke ? 1 : bench.cycles;
    const ends: Cycle[] = [];
    try {
      for (let cycle = 1; cycle <= count; cycle += 1) {
        ends.push(await runCycle(round));
        const good = ends.filter(isGood).length;
        if (cycle % 10 === 0 || good !== cycle) bench.say(`cycles: ${good} of ${cycle} succeeded`);
      }
    } finally {
      await sweep(round.folder);
    }
    const good = ends.filter(isGood).length;
    const survivors = ends.reduce((sum, one) => sum + one.survivors, 0);
    const row = [
      String(count),
      String(good),
      String(survivors),
      inMs(median(ends.map(({ startMs }) => startMs))),
      inMs(median(ends.map(({ stopMs }) => stopMs))),
    ];
    return {
      tables: [{ columns: ["cycles", "succeeded", "survivors", "start, ms", "stop, ms"], rows: [row] }],
      goals: [
        { what: "cycles that succeeded", wanted: String(count), got: String(good), isMet: good === count },
        { what: "survivors", wanted: "0", got: String(survivors), isMet: survivors === 0 },
      ],
      faults: ends.flatMap((one, index) =>
        isGood(one) ? [] : [`cycles: number ${index + 1}: ${JSON.stringify(one)}`],
      ),
    };
  },
};

interface Cycle {
  readonly startMs: number;
  readonly stopMs: number;
  /** Of start_dev, status and stop. */
  readonly exitCodes: readonly (number | null)[];
  /** Whatever of this workspace still lives when stop has returned, but for the supervisor, which has yet to end. */
  readonly survivors: number;
}

function isGood({ exitCodes, survivors }: Cycle): boolean {
  return survivors === 0 && exitCodes.every((code) => code === 0);
}

async function runCycle(round: Round): Promise<Cycle> {
  const run = (command: string) => runCommand([...groundswellCommand, command], round.place(command));
  const start = await run("start_dev");
  // 0 only while all five are ready.
  const status = await run("status");
  const supervisor = supervisorOf(round);
  const stop = await run("stop");
  const survivors = processesOf(round.folder).filter(({ pid }) => pid !== supervisor).length;
  return { startMs: start.ms, stopMs: stop.ms, exitCodes: [start.exitCode, status.exitCode, stop.exitCode], survivors };
}

function supervisorOf(round: Round): number | null {
  if (!existsSync(round.path(".groundswell/state.json"))) return null;
  const { supervisor }: { supervisor: { pid: number } | null } = JSON.parse(
    readFileSync(round.path(".groundswell/state.json"), "utf8"),
  );
  return supervisor?.pid ?? null;
}

/** The packages are those of this checkout; the ports are ours. */
function openSample(bench: Bench): Round {
  const round = openRound(bench, 120_000);
  cpSync(join(root, "services.yaml"), round.path("services.yaml"));
  cpSync(join(root, "examples"), round.path("examples"), { recursive: true });
  symlinkSync(join(root, "node_modules"), round.path("node_modules"));
  const ports = programs.map((name, index) => [
    `CHAINLENS_${name.toUpperCase()}_PORT`,
    String(bench.firstPort + index),
  ]);
  const env = { ...round.env, ...Object.fromEntries(ports) };
  return { ...round, env, place: (name, more) => round.place(name, { env, ...more }) };
}
