import type { Readable } from "node:stream";
import type { FoundRepository } from "../model/repository.ts";
import type { WatchEnd } from "../model/watch-event.ts";
import type { KillTarget } from "../process/kill-services.ts";
import { spawnCommand } from "../process/spawn-command.ts";
import type { CommandJournal } from "../state/command-journal.ts";
import { commandMarker, commandTarget } from "./command-target.ts";
import { OutputTail } from "./output-tail.ts";

/** What was written just before an end may still be on its way; what lives on with the output open must not hold up the news. */
const lastOutputMs = 40;

export interface WatchedProcessRequest {
  readonly repository: FoundRepository;
  readonly argv: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Unique. */
  readonly runId: string;
  /** `commandsOf` the workspace. */
  readonly workspaceId: string;
  readonly graceMs: number;
  readonly journal: Pick<CommandJournal, "begun" | "spawned" | "ended">;
  /** Takes what it writes, at once: a watch process never waits. `stream` 0: stdout; 1: stderr. The bytes are the caller's. */
  readonly onBytes: (bytes: Buffer, stream: 0 | 1) => void;
}

/** One process of a watch command, with all it starts. */
export interface WatchedProcess {
  readonly pid: number;
  readonly target: KillTarget;
  /** Resolves when its leader has ended, and what it had written has been read. */
  readonly ended: Promise<WatchEnd>;
  readonly lastOutput: () => Buffer;
  /** Nothing of it is left: nothing more is read, and it is struck off the journal. */
  readonly close: () => void;
}

export async function beginWatchedProcess(request: WatchedProcessRequest): Promise<WatchedProcess | WatchEnd> {
  const { repository, argv, environment, runId, workspaceId, graceMs, journal, onBytes } = request;
  const marker = commandMarker(workspaceId, repository.name, runId);
  const { path, device, inode } = repository;
  journal.begun(runId, repository.name);
  const spawned = await spawnCommand({
    argv,
    folder: { path, device, inode },
    environment,
    marker,
    output: "pipes",
  });
  if (!spawned.ok) {
    journal.ended(runId);
    if ("errno" in spawned) return { kind: "not-executable", program: argv[0], errno: spawned.errno };
    return { kind: "inaccessible", path, problem: spawned.problem.kind };
  }
  const { identity, streams, exited } = spawned.process;
  journal.spawned(runId, identity);
  const tail = new OutputTail();
  const closed = Promise.all(
    streams.map((stream, index) =>
      read(stream, (bytes) => {
        tail.push(bytes);
        onBytes(bytes, index === 0 ? 0 : 1);
      }),
    ),
  );
  return {
    pid: identity.pid,
    target: commandTarget(marker, identity, graceMs),
    ended: exited.then(async ({ code, signal }) => {
      await noLongerThan(lastOutputMs, closed);
      return signal === null ? { kind: "exited", code: code ?? 0 } : { kind: "signalled", signal };
    }),
    lastOutput: () => tail.bytes,
    close() {
      for (const stream of streams) stream.destroy();
      journal.ended(runId);
    },
  };
}

/** Resolves when all has been read. */
function read(stream: Readable, onBytes: (bytes: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    stream.on("data", onBytes);
    // A pipe that cannot be read has no more to say.
    stream.once("error", () => resolve());
    stream.once("close", () => resolve());
  });
}

async function noLongerThan(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, patience]);
  clearTimeout(timer);
}
