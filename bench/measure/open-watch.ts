import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Job, Runner } from "../runners/runner.ts";
import type { Bench } from "./bench.ts";
import { killAll } from "./kill-all.ts";
import { openRunRound } from "./run-round.ts";
import { readStamps, type Stamp } from "./stamps.ts";

/** A runner whose watchers all run. */
export interface Watch {
  readonly pid: number;
  readonly folder: string;
  readonly watchers: readonly Stamp[];
  /** One dies of SIGUSR1. @returns From its own stamp to the tool's line that says so, ms. */
  deathOf(watcher: Stamp): Promise<number>;
  /** Ctrl-C, to the tool alone. @returns Command lines of what still lived when it had ended, and was killed. */
  close(): Promise<readonly string[]>;
}

const deadlineMs = 60_000;
const reportDeadlineMs = 5000;

/** @throws {Error} Not all of the watchers have said that they run. */
export async function openWatch(bench: Bench, runner: Runner, job: Omit<Job, "argv">): Promise<Watch> {
  const { round, argv, place, close } = openRunRound(
    bench,
    runner,
    { ...job, argvOf: ({ stamps }) => [bench.programs.watcher, stamps] },
    deadlineMs,
  );
  const [file = "", ...words] = argv;
  const child = spawn(file, words, { cwd: place.cwd, env: place.env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit").catch(() => null);
  let text = "";
  let onText = () => {};
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      onText();
      appendFileSync(place.output, chunk);
    });
  const watch: Watch = {
    pid: child.pid ?? 0,
    folder: round.folder,
    watchers: [],
    deathOf: async (watcher) => {
      const line = runner.deathOf?.(watcher.name);
      const from = text.length;
      const reported = new Promise<bigint>((resolve) => {
        onText = () => {
          if (
            text
              .slice(from)
              .split("\n")
              .some((one) => line?.test(one.trimEnd()))
          )
            resolve(process.hrtime.bigint());
        };
      });
      process.kill(watcher.pid, "SIGUSR1");
      const at = await Promise.race([reported, pause(reportDeadlineMs, null, { ref: false })]);
      if (at === null) throw new Error(`said nothing of a death: ${text.slice(from).trim().slice(-300)}`);
      const exit = readStamps(round.stamps).find(({ name, event }) => name === watcher.name && event === "exit");
      return exit ? Number(at - exit.ns) / 1e6 : Number.NaN;
    },
    close: async () => {
      child.kill("SIGINT");
      await Promise.race([ended, pause(deadlineMs, null, { ref: false })]);
      const left = await killAll(round.folder);
      await close();
      return left;
    },
  };
  const until = performance.now() + deadlineMs;
  for (;;) {
    const watchers = readStamps(round.stamps).filter(({ event }) => event === "start");
    if (watchers.length >= job.workspace.repositories.length) return { ...watch, watchers };
    const isLate = performance.now() > until;
    if (isLate || child.exitCode !== null || child.signalCode !== null) {
      await watch.close();
      throw new Error(`${watchers.length} watchers run: ${text.trim().slice(-300)}`);
    }
    await pause(5);
  }
}
