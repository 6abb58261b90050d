import { execFileSync, spawn } from "node:child_process";
import { closeSync, constants, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { concurrently } from "../engines/concurrently.ts";
import type { Round } from "../engines/engine.ts";
import { groundswellCommand } from "../engines/groundswell.ts";
import { packageCommand } from "../engines/installed.ts";
import type { Bench } from "../measure/bench.ts";
import { type Foreground, openForeground } from "../measure/foreground.ts";
import { killAll } from "../measure/kill-all.ts";
import { median } from "../measure/median.ts";
import { mergedLines, type MergedLines } from "../measure/merged-lines.ts";
import { openRound } from "../measure/open-round.ts";
import { countEvents, readStamps } from "../measure/stamps.ts";
import { atLeast, atMost, times } from "../report/goal.ts";
import { type BenchService, stackOf } from "../stacks/stack.ts";
import type { Workload } from "./workload.ts";

/** Shows what several programs write in one output, with their names in front. */
interface Screen {
  readonly name: string;
  readonly missing: string | null;
  readonly prefixOf: (service: string) => string;
  /** Starts the programs; true: the screen does that itself. */
  readonly startsServices: boolean;
  readonly argv: (services: readonly BenchService[], round: Round) => readonly string[];
}

interface Shown extends MergedLines {
  readonly linesPerSecond: number;
}

const sources = 10;
const linesEach = 300_000;
const lineBytes = 100;

const screens: readonly Screen[] = [
  {
    name: "groundswell",
    missing: null,
    prefixOf: (service) => `${service} | `,
    startsServices: false,
    // From the first line on, whichever was written before it looked.
    argv: () => [...groundswellCommand, "logs", "-f", "-n", "1000000000"],
  },
  {
    name: "floor",
    missing: null,
    prefixOf: (service) => `${service} | `,
    startsServices: false,
    argv: (services, round) => [
      process.execPath,
      join(import.meta.dirname, "../floor/follow.mjs"),
      ...services.map(({ name }) => round.path(`logs/${name}.log`)),
    ],
  },
  {
    name: concurrently.name,
    missing: concurrently.missing(),
    prefixOf: (service) => `[${service}] `,
    startsServices: true,
    argv: (services, round) => [
      ...packageCommand("concurrently", "dist/bin/index.js"),
      "--names",
      services.map(({ name }) => name).join(","),
      ...services.map((service) => `exec ${round.argvOf(service).join(" ")}`),
    ],
  },
];

export const logsFollow: Workload = {
  name: "logs-follow",
  summary: `logs -f shows what ${sources} services write, ${linesEach.toLocaleString("en")} lines of ${lineBytes} bytes each as fast as they can, with their names in front`,
  peers: [concurrently],
  async run(bench) {
    const lines = bench.isSmoke ? linesEach / 50 : linesEach;
    const present = screens.filter(({ missing }) => missing === null);
    const shown = new Map<string, Shown[]>(present.map(({ name }) => [name, []]));
    const failures: string[] = [];
    for (let round = 1; round <= bench.rounds; round += 1) {
      const first = round % present.length;
      for (const screen of [...present.slice(first), ...present.slice(0, first)]) {
        bench.say(`logs-follow: round ${round} of ${bench.rounds}, ${screen.name}`);
        try {
          shown.get(screen.name)?.push(await show(bench, screen, lines));
        } catch (error) {
          failures.push(`logs-follow: ${screen.name}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
    const speed = (name: string) => median((shown.get(name) ?? []).map(({ linesPerSecond }) => linesPerSecond));
    const worst = (name: string, what: "torn" | "lost") =>
      Math.max(0, ...(shown.get(name) ?? []).map((one) => one[what]));
    const rows = present.map(({ name }) => [
      name,
      (speed(name) / 1e6).toFixed(2),
      times(speed(name) / speed("floor")),
      String(worst(name, "torn")),
      String(worst(name, "lost")),
    ]);
    const [torn, lost] = [worst("groundswell", "torn"), worst("groundswell", "lost")];
    return {
      tables: [{ columns: ["engine", "M lines/s", "to floor", "torn", "lost"], rows }],
      goals: [
        atLeast("million lines a second", speed("groundswell") / 1e6, 3, ""),
        atLeast("lines a second, to floor", speed("groundswell") / speed("floor"), 0.9, "×"),
        atLeast("lines a second, to concurrently", speed("groundswell") / speed("concurrently"), 1.5, "×"),
        atMost("torn or lost", torn + lost, 0, "lines"),
      ],
      faults: [...failures, ...(torn + lost > 0 ? [`logs-follow: groundswell: ${torn} lines torn, ${lost} lost`] : [])],
    };
  },
};

/** One screen shows all of it once. */
async function show(bench: Bench, screen: Screen, lines: number): Promise<Shown> {
  const round = openRound(bench, 60_000);
  const names = Array.from({ length: sources }, (_, index) => ({ name: `s${index}`, lines }));
  const { services } = stackOf(bench.firstPort, names);
  execFileSync("mkfifo", [round.path("go")]);
  round.write("services.yaml", { services: {} });
  mkdirSync(round.path("logs"));
  const place = round.place("shown");
  let tool: Foreground | null = null;
  try {
    if (!screen.startsServices)
      for (const service of services) startInto(round.path(`logs/${service.name}.log`), service, round);
    tool = openForeground(screen.argv(services, round), place);
    await tool.untilReady(round.stamps, services.length);
    // Until it has begun to follow.
    await pause(bench.isSmoke ? 500 : 1_500);
    const go = openSync(round.path("go"), constants.O_RDWR);
    const prefixes = names.map(({ name }) => screen.prefixOf(name));
    const wanted = sources * lines * (lineBytes + (prefixes[0]?.length ?? 0));
    const endedAt = await untilShown(place.output, wanted);
    closeSync(go);
    if (countEvents(round.stamps, "end") < sources) throw new Error("its services had not written all of it");
    const begins = readStamps(round.stamps).flatMap(({ event, ns }) => (event === "begin" ? [Number(ns)] : []));
    const seconds = (Number(endedAt) - Math.min(...begins)) / 1e9;
    return { linesPerSecond: (sources * lines) / seconds, ...mergedLines(place.output, prefixes, lines) };
  } finally {
    tool?.terminate();
    await killAll(round.folder);
    if (!bench.keepsRounds) rmSync(round.folder, { recursive: true, force: true });
  }
}

/** As a supervisor would: its output straight into its log. */
function startInto(log: string, service: BenchService, round: Round): void {
  const output = openSync(log, "a");
  const [file = "", ...argv] = round.argvOf(service);
  spawn(file, argv, { cwd: round.folder, env: round.env, stdio: ["ignore", output, output] });
  closeSync(output);
}

/** Until the output has so many bytes, or has not grown for two seconds. @returns When it last grew, by CLOCK_MONOTONIC. */
async function untilShown(output: string, bytes: number): Promise<bigint> {
  let grewAt = process.hrtime.bigint();
  for (let size = 0; size < bytes;) {
    const now = statSync(output).size;
    if (now !== size) [size, grewAt] = [now, process.hrtime.bigint()];
    else if (process.hrtime.bigint() - grewAt > 2_000_000_000n) break;
    await pause(2);
  }
  return grewAt;
}
