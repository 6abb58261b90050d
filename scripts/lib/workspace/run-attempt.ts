import { errnoOf } from "../diagnostic/errno-of.ts";
import type { FoundRepository } from "../model/repository.ts";
import type { RunResult } from "../model/run-outcome.ts";
import type { ProcessIdentity } from "../process/identity.ts";
import { killServices } from "../process/kill-services.ts";
import { type CommandRequest, spawnCommand, type SpawnedCommand } from "../process/spawn-command.ts";
import type { CommandJournal } from "../state/command-journal.ts";
import { commandMarker, commandTarget } from "./command-target.ts";
import type { MemorySampler } from "./memory-sampler.ts";
import type { OutputCapture } from "./output-capture.ts";

/** Node's timers know nothing longer: 24 days. */
const longestTimerMs = 2 ** 31 - 1;

/** What commands of one run have in common. */
export interface RunGround {
  /** `commandsOf` the workspace. */
  readonly workspaceId: string;
  readonly journal: CommandJournal;
  readonly memory: MemorySampler;
  readonly killGraceMs: number;
  /** Aborted: what runs is stopped. */
  readonly interrupt: AbortSignal;
  /** Aborted: without grace. */
  readonly force: AbortSignal;
}

export interface Attempt {
  readonly repository: FoundRepository;
  readonly argv: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  /** Unique. */
  readonly runId: string;
  readonly capture: OutputCapture;
  readonly onBegan: (pid: number) => void;
  readonly onLingers: (waitedMs: number) => void;
}

export interface AttemptEnd {
  readonly result: RunResult;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly peakMemoryBytes: number | null;
}

/**
 * Runs a command in a repository to its end, and not longer than it may: then it is stopped with all it has started, also what has left its group and
 * session, and what is left is counted. What a command that ended by itself leaves running is left alone.
 */
export async function runAttempt(attempt: Attempt, ground: RunGround): Promise<AttemptEnd> {
  const { repository, argv, runId, capture } = attempt;
  const marker = commandMarker(ground.workspaceId, repository.name, runId);
  const startedAt = Date.now();
  const clock = performance.now();
  const end = (result: RunResult, peakMemoryBytes: number | null = null): AttemptEnd => {
    ground.journal.ended(runId);
    return { result, startedAt, durationMs: performance.now() - clock, peakMemoryBytes };
  };

  let output: CommandRequest["output"];
  try {
    output = capture.begin();
  } catch (error) {
    return end({ kind: "output-unwritable", errno: errnoOf(error) || String(error) });
  }
  ground.journal.begun(runId, repository.name);
  const spawned = await spawnCommand({
    argv,
    folder: repository,
    environment: attempt.environment,
    marker,
    output,
  });
  if (!spawned.ok) {
    await capture.end(null);
    return end(
      "problem" in spawned
        ? { kind: "inaccessible", problem: spawned.problem }
        : { kind: "not-executed", errno: spawned.errno, program: argv[0] },
    );
  }
  const command = spawned.process;
  const { identity } = command;
  ground.journal.spawned(runId, identity);
  ground.memory.add(identity);
  attempt.onBegan(identity.pid);
  capture.read(command.streams);
  const stop = async (): Promise<readonly number[]> => {
    const target = commandTarget(marker, identity, ground.killGraceMs);
    const { workspaceId, force } = ground;
    const { survivors } = await killServices([target], {
      workspaceId,
      force,
      ordered: false,
      onWaiting: ({ waitedMs }) => attempt.onLingers(waitedMs),
      onEnded: () => {},
    });
    return survivors.map(({ pid }) => pid);
  };
  const result = await untilEnded(command, attempt.timeoutMs, ground.interrupt, stop);
  const ended = end(result, ground.memory.remove(identity));
  await capture.end(groupOf(identity));
  return ended;
}

function groupOf({ pid }: ProcessIdentity): number | null {
  return pid > 1 ? pid : null;
}

async function untilEnded(
  { exited }: SpawnedCommand,
  timeoutMs: number,
  interrupt: AbortSignal,
  stop: () => Promise<readonly number[]>,
): Promise<RunResult> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: () => void = () => {};
  const first = await Promise.race([
    exited,
    new Promise<"timeout">((resolve) => {
      // A turn of the event loop later: of a process that was suspended, timers come before the news that a command had ended in time.
      timer = setTimeout(() => setImmediate(resolve, "timeout"), Math.min(timeoutMs, longestTimerMs));
    }),
    new Promise<"interrupt">((resolve) => {
      onAbort = () => resolve("interrupt");
      if (interrupt.aborted) onAbort();
      else interrupt.addEventListener("abort", onAbort);
    }),
  ]);
  clearTimeout(timer);
  interrupt.removeEventListener("abort", onAbort);
  if (first === "timeout") return { kind: "timed-out", limitMs: timeoutMs, survivors: await stop() };
  if (first === "interrupt") return { kind: "interrupted", survivors: await stop() };
  const { code, signal } = first;
  if (signal !== null) return { kind: "signalled", signal };
  return code === 0 ? { kind: "ok" } : { kind: "exited", exitCode: code ?? 1 };
}
