import { execFileSync } from "node:child_process";
import { constants, openSync, readFileSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { ServiceCommand } from "../../../scripts/lib/model/service.ts";
import type { KillOptions, KillTarget } from "../../../scripts/lib/process/kill-services.ts";
import { type SpawnedService, spawnService } from "../../../scripts/lib/process/spawn-service.ts";

/** A program of ours in test/fixtures/process. */
export function program(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/process/${name}`, import.meta.url));
}

interface Actor {
  readonly name: string;
  readonly pid: number;
  readonly startTime: string;
}

export interface StartedService {
  readonly target: KillTarget;
  readonly process: SpawnedService;
}

/**
 * A folder and a FIFO on which programs announce themselves (`echo "NAME $$" >"$STAGE"`), with a census that asks nothing of the code under
 * test: what has announced itself, and whatever else has this stage in its environment, is looked up in /proc by the test itself.
 */
export interface Stage extends AsyncDisposable {
  readonly folder: string;
  readonly workspaceId: string;
  readonly environment: Record<string, string>;
  /** Waits until a program of that name has announced itself; the `count`th one. */
  readonly actor: (name: string, count?: number) => Promise<Actor>;
  readonly actors: () => readonly Actor[];
  /** Names (or PIDs, of those that never said a word) of all that live. */
  readonly living: () => readonly string[];
  readonly start: (
    service: string,
    command: string | readonly [string, ...string[]],
    options?: Partial<KillTarget>,
  ) => Promise<StartedService>;
  readonly options: (more?: Partial<KillOptions>) => KillOptions;
}

let stages = 0;

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "groundswell-stage-"));
  const fifo = join(folder, "stage");
  execFileSync("mkfifo", [fifo]);
  const actors: Actor[] = [];
  const waiting: (() => void)[] = [];
  const socket = new Socket({
    fd: openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  });
  let rest = "";
  socket.on("data", (chunk) => {
    const lines = `${rest}${chunk.toString()}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [name = "", pid = ""] = line.split(" ");
      actors.push({ name, pid: Number(pid), startTime: statOf(Number(pid))?.startTime ?? "gone" });
    }
    for (const wake of waiting.splice(0)) wake();
  });
  stages += 1;
  const workspaceId = `${process.pid.toString(16)}${stages.toString(16)}`.padStart(12, "0");
  const environment = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", STAGE: fifo };

  const isAlive = (actor: Actor): boolean => {
    const stat = statOf(actor.pid);
    return stat !== null && stat.isLive && stat.startTime === actor.startTime;
  };
  const mutes = (): number[] =>
    pidsWithEnvironment(`STAGE=${fifo}`).filter((pid) => !actors.some((actor) => actor.pid === pid));
  const living = (): string[] => [...actors.filter(isAlive).map(({ name }) => name), ...mutes().map(String)].toSorted();
  let runs = 0;
  const close = async (): Promise<void> => {
    // Whatever a failed test has left; what forks is gone after a few rounds.
    for (let round = 0; round < 50 && living().length > 0; round += 1) {
      for (const pid of [...actors.filter(isAlive).map((actor) => actor.pid), ...mutes()]) {
        try {
          process.kill(pid, "SIGKILL");
        } catch {
          // Gone.
        }
      }
    }
    socket.destroy();
    await rm(folder, { recursive: true, force: true });
  };
  // A test that ran out of time never leaves the scope of its stage.
  onTestFinished(close);
  return {
    folder,
    workspaceId,
    environment,
    actors: () => actors,
    living,
    async actor(name, count = 1) {
      for (;;) {
        const actor = actors.filter((candidate) => candidate.name === name)[count - 1];
        if (actor !== undefined) return actor;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    async start(service, command, options = {}) {
      runs += 1;
      const runId = `run${runs}`;
      const spoken: ServiceCommand =
        typeof command === "string" ? { kind: "shell", text: command } : { kind: "argv", argv: command };
      const result = await spawnService({
        service,
        command: spoken,
        cwd: folder,
        environment,
        logFile: join(folder, `${service}.log`),
        marker: { workspaceId, service, runId },
        stdinFifo: null,
      });
      if (!result.ok) throw new Error(`could not start ${service}: ${JSON.stringify(result.reason)}`);
      const { pid, identity } = result.process;
      const target: KillTarget = {
        service,
        leader: identity,
        pgid: pid,
        runId,
        stopSignal: "SIGTERM",
        graceMs: 10_000,
        ports: [],
        keepAlive: [],
        ...options,
      };
      return { target, process: result.process };
    },
    options: (more = {}) => ({
      workspaceId,
      force: null,
      ordered: false,
      onWaiting: () => {},
      onEnded: () => {},
      ...more,
    }),
    [Symbol.asyncDispose]: close,
  };
}

/** The test's own reading of /proc/PID/stat. */
export function statOf(
  pid: number,
): { isLive: boolean; state: string; ppid: number; pgrp: number; session: number; startTime: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state = "", ppid, pgrp, session, ...more] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return {
      isLive: !/[ZXx]/.test(state),
      state,
      ppid: Number(ppid),
      pgrp: Number(pgrp),
      session: Number(session),
      startTime: more[15] ?? "",
    };
  } catch {
    return null;
  }
}

/** Waits for a condition that nobody announces. The test's own time limit ends it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

function pidsWithEnvironment(entry: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(entry) && statOf(pid)?.isLive === true;
      } catch {
        return false;
      }
    });
}
