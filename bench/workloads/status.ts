import { join } from "node:path";
import type { Round } from "../engines/engine.ts";
import { floor } from "../engines/floor.ts";
import { groundswell, groundswellCommand } from "../engines/groundswell.ts";
import { missingPackage } from "../engines/installed.ts";
import { mprocs, mprocsProgram } from "../engines/mprocs.ts";
import { pm2, pm2Command, pm2Env } from "../engines/pm2.ts";
import type { Bench } from "../measure/bench.ts";
import { median } from "../measure/median.ts";
import { openRound } from "../measure/open-round.ts";
import { runCommand } from "../measure/run-command.ts";
import { isSample } from "../measure/sample.ts";
import { sweep } from "../measure/sweep.ts";
import { takeTurn } from "../measure/take-turn.ts";
import { inMs, ratioGoal, times } from "../report/goal.ts";
import { independent } from "../stacks/shapes.ts";
import { stackOf } from "../stacks/stack.ts";
import type { Workload } from "./workload.ts";

const floorStatus = join(import.meta.dirname, "../floor/status.mjs");
const node: readonly string[] = [process.execPath, "-e", "0"];

/** A command that ends by itself, in the folder of a stack that runs or of none. */
interface Timed {
  readonly name: string;
  readonly argv: readonly string[];
  readonly round: Round;
  readonly exitCode: number;
}

export const status: Workload = {
  name: "status",
  summary: "commands while 10 services run, against the barest Node programs: what a user waits for again and again",
  peers: [pm2, mprocs],
  async run(bench) {
    const opened = await openStacks(bench);
    try {
      const taken = await takeTimes(bench, commandsOf(opened.up, opened.empty, opened.floor, opened.pm2));
      const spawns = await firstSpawns(bench, () => "again");
      const newSpawns = await firstSpawns(bench, (round) => `new${round}`);
      const of = (name: string) => median(taken.times.get(name) ?? []);
      const rows = [...taken.times.keys()].map((name) => [name, inMs(of(name)), times(of(name) / of("node -e 0"))]);
      for (const [name, { ms }] of [
        ["start_dev, until the first spawn", spawns],
        ["the same, of a services.yaml it has not seen", newSpawns],
      ] as const) {
        rows.push([name, inMs(median(ms)), times(median(ms) / of("node -e 0"))]);
      }
      return {
        tables: [{ columns: ["command", "ms", "to node -e 0"], rows }],
        goals: [
          ratioGoal("status, to the floor's", of("status"), of("status of the floor"), 1.4),
          ratioGoal("--version, to node -e 0", of("--version"), of("node -e 0"), 1.4),
          ...["status", "stop, nothing runs", "logs"].map((name) =>
            ratioGoal(`${name}, to node -e 0`, of(name), of("node -e 0"), 2),
          ),
          ratioGoal("start_dev until the first spawn, to node -e 0", median(spawns.ms), of("node -e 0"), 4),
        ],
        faults: [...taken.faults, ...spawns.faults, ...newSpawns.faults],
      };
    } finally {
      await opened.close();
    }
  },
};

/** The same 10 services under Groundswell, the floor and pm2; and a workspace in which nothing runs. */
async function openStacks(bench: Bench) {
  const engines = [groundswell, floor, ...(pm2.missing() === null ? [pm2] : [])];
  const opened = engines.map((engine, index) => {
    const round = openRound(bench, 60_000);
    return { engine, round, session: engine.prepare(stackOf(bench.firstPort + 20 * index, independent(10)), round) };
  });
  const empty = openRound(bench, 60_000);
  groundswell.prepare(stackOf(bench.firstPort + 80, independent(10)), empty);
  const close = async () => {
    for (const { engine, session } of opened) {
      await session
        .stop()
        .catch((error: unknown) => bench.say(`status: ${engine.name} did not stop: ${String(error)}`));
      await session.close();
    }
    for (const { folder } of [...opened.map(({ round }) => round), empty]) await sweep(folder);
  };
  try {
    for (const { session } of opened) await session.start();
  } catch (error) {
    await close();
    throw error;
  }
  const of = (name: string) => opened.find(({ engine }) => engine.name === name)?.round ?? null;
  return { up: of("groundswell") ?? empty, floor: of("floor") ?? empty, pm2: of("pm2"), empty, close };
}

function commandsOf(up: Round, empty: Round, floorRound: Round, pm2Round: Round | null): readonly Timed[] {
  const ours = (command: string, round: Round, name = command, exitCode = 0): Timed => ({
    name,
    round,
    exitCode,
    argv: [...groundswellCommand, command],
  });
  const pm2Place = pm2Round && { ...pm2Round, env: pm2Env(pm2Round.env, pm2Round.folder) };
  return [
    { name: "node -e 0", argv: node, round: empty, exitCode: 0 },
    {
      name: "status of the floor",
      argv: [process.execPath, floorStatus, floorRound.path("state.json")],
      round: empty,
      exitCode: 0,
    },
    ours("status", up),
    ours("status", empty, "status, nothing runs", 3),
    ours("logs", up),
    ours("stop", empty, "stop, nothing runs"),
    ours("--version", empty),
    ...(pm2Place
      ? [{ name: "pm2 status", argv: [...pm2Command, "status"], round: atHome(pm2Place), exitCode: 0 }]
      : []),
    ...(missingPackage("mprocs") === null
      ? [{ name: "mprocs --version", argv: [mprocsProgram(), "--version"], round: empty, exitCode: 0 }]
      : []),
  ];
}

/** A round whose commands get its own environment. */
function atHome(round: Round): Round {
  return { ...round, place: (name, more) => round.place(name, { env: round.env, ...more }) };
}

async function takeTimes(bench: Bench, commands: readonly Timed[]) {
  const timesOfAll = new Map<string, number[]>(commands.map(({ name }) => [name, []]));
  const faults = new Set<string>();
  const turns = bench.isSmoke ? 1 : bench.rounds * 4;
  // Turn 0 fills caches, and is not counted.
  for (let turn = 0; turn <= turns; turn += 1) {
    if (turn % 5 === 0) bench.say(`status: turn ${turn} of ${turns}`);
    for (const { name, argv, round, exitCode } of commands) {
      const end = await runCommand(argv, round.place("timed"));
      if (end.exitCode !== exitCode) faults.add(`status: ${name} ended with ${end.exitCode}, not ${exitCode}`);
      if (turn > 0) timesOfAll.get(name)?.push(end.ms);
    }
  }
  return { times: timesOfAll, faults: [...faults] };
}

/** @param nameIn The only service's name: what tells one services.yaml from another. */
async function firstSpawns(bench: Bench, nameIn: (round: number) => string) {
  const ms: number[] = [];
  const faults: string[] = [];
  for (let round = 0; round < bench.rounds; round += 1) {
    const stack = stackOf(bench.firstPort + 200, [{ name: nameIn(round) }]);
    const turn = await takeTurn(bench, groundswell, stack, { deadlineMs: 60_000 });
    if (isSample(turn)) ms.push(turn.firstSpawnMs);
    else faults.push(`status: start_dev failed: ${turn.failure}`);
  }
  return { ms, faults };
}
