import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Round, Session } from "../engines/engine.ts";
import { contestants } from "../engines/engines.ts";
import { supervisor } from "../engines/supervisor.ts";
import { untilWritten, wrongBytes } from "../measure/chatter-log.ts";
import { cpuMs } from "../measure/cpu-ms.ts";
import { median } from "../measure/median.ts";
import { race } from "../measure/race.ts";
import { countEvents, readStamps } from "../measure/stamps.ts";
import { atMost, atLeast, times } from "../report/goal.ts";
import { laneFaults } from "../report/lane-faults.ts";
import { type Stack, stackOf } from "../stacks/stack.ts";
import type { Workload } from "./workload.ts";

interface Torrent {
  readonly linesPerSecond: number;
  /** Of the process beside the services, from the first line to the last byte in the log; NaN where there is none. */
  readonly toolCpuMs: number;
  readonly wrongBytes: number;
}

const columns = ["engine", "M lines/s", "to limit", "its own CPU, ms", "wrong bytes"];

/** Services that write as fast as they can: how much the tool slows them, what it costs, and whether all of it arrives. */
export function logRace(name: string, summary: string, services: number, lines: number): Workload {
  const peers = [supervisor];
  // The smoke run has seen supervisor in log1; it takes seconds to start and to stop.
  const fewPeers = services > 1 ? [] : peers;
  return {
    name,
    summary,
    peers,
    async run(bench) {
      const shapes = Array.from({ length: services }, (_, index) => ({
        name: `s${index}`,
        lines: bench.isSmoke ? lines / 50 : lines,
      }));
      const stack = stackOf(bench.firstPort, shapes);
      const torrents = new Map<string, Torrent[]>();
      const lanes = await race(bench, name, contestants(bench.programs, ...(bench.isSmoke ? fewPeers : peers)), stack, {
        deadlineMs: 60_000,
        beforeStart: (round) => execFileSync("mkfifo", [round.path("go")]),
        whileUp: async (session, round, engine) => {
          torrents.set(engine.name, [...(torrents.get(engine.name) ?? []), await letLoose(stack, session, round)]);
        },
      });
      const of = (engine: string, value: (one: Torrent) => number) => median((torrents.get(engine) ?? []).map(value));
      const speed = (engine: string) => of(engine, ({ linesPerSecond }) => linesPerSecond);
      const worst = (engine: string) => Math.max(...(torrents.get(engine) ?? []).map((one) => one.wrongBytes));
      const rows = lanes.map(({ engine }) => [
        engine.name,
        (speed(engine.name) / 1e6).toFixed(2),
        times(speed(engine.name) / speed("limit")),
        shown(of(engine.name, ({ toolCpuMs }) => toolCpuMs)),
        String(worst(engine.name)),
      ]);
      return {
        tables: [{ columns, rows }],
        goals: [
          atLeast("lines a second, to limit", speed("groundswell") / speed("limit"), 0.9, "×"),
          atMost(
            "the supervisor's CPU",
            of("groundswell", ({ toolCpuMs }) => toolCpuMs),
            10,
            "ms",
          ),
          atMost("wrong bytes", worst("groundswell"), 0, "bytes"),
        ],
        faults: [
          ...laneFaults(name, lanes),
          ...(worst("groundswell") > 0
            ? [`${name}: groundswell: ${worst("groundswell")} wrong bytes in the logs`]
            : []),
        ],
      };
    },
  };
}

async function letLoose({ services }: Stack, session: Session, round: Round): Promise<Torrent> {
  const pid = session.residentPid();
  // What a start leaves to do is not the torrent's.
  await pause(300);
  const before = pid === null ? Number.NaN : cpuMs(pid);
  // For reading too: such an open of a FIFO waits for nobody. Held, so that nobody comes too late.
  const go = openSync(round.path("go"), constants.O_RDWR);
  const until = performance.now() + round.deadlineMs;
  while (countEvents(round.stamps, "end") < services.length) {
    if (performance.now() > until) throw new Error(`had not taken all lines in ${round.deadlineMs / 1000} s`);
    await pause(5);
  }
  closeSync(go);
  for (const { name, lines } of services) await untilWritten(session.logOf(name), lines ?? 0);
  const toolCpuMs = pid === null ? Number.NaN : cpuMs(pid) - before;
  const stamps = readStamps(round.stamps);
  const timesAt = (event: string) => stamps.filter((stamp) => stamp.event === event).map(({ ns }) => Number(ns));
  const seconds = (Math.max(...timesAt("end")) - Math.min(...timesAt("begin"))) / 1e9;
  const total = services.reduce((sum, { lines }) => sum + (lines ?? 0), 0);
  const wrong = services.reduce((sum, { name, lines }) => sum + wrongBytes(session.logOf(name), lines ?? 0), 0);
  return { linesPerSecond: total / seconds, toolCpuMs, wrongBytes: wrong };
}

function shown(ms: number): string {
  return Number.isFinite(ms) ? ms.toFixed(1) : "–";
}
