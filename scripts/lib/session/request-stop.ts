import { setTimeout as delay } from "node:timers/promises";
import type { Request } from "../control/protocol.ts";
import { ChannelLost, type SupervisorChannel } from "../control/supervisor-channel.ts";
import type { Emit, StopReport } from "../model/event.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { identityOf, isSameProcess, type ProcessIdentity } from "../process/identity.ts";
import { type Lock, takeLock } from "../process/lock.ts";
import { join } from "node:path";
import { existsSync } from "node:fs";
import { readState } from "../state/state-file.ts";
import { endSilentSupervisor } from "./end-silent-supervisor.ts";
import { reachPatiently } from "./reach-patiently.ts";
import { announceStop, isStopInProgress } from "./stop-in-progress.ts";

type StopRequest = Request & { kind: "stop" };

export interface StopConversation {
  readonly paths: WorkspacePaths;
  readonly version: string;
  readonly onChannel: (channel: SupervisorChannel) => void;
  /** Stops by what is on disk; called with the workspace's lock in hand. */
  readonly stopFromDisk: (request: StopRequest, emit: Emit) => Promise<StopReport>;
}

const lockPatienceMs = 10_000;

/** Stops through the supervisor where one answers, else from disk; works with a dead, hanging or foreign one. */
export async function requestStop(
  conversation: StopConversation,
  request: StopRequest,
  emit: Emit,
): Promise<StopReport> {
  const { paths, version } = conversation;
  // Nothing was ever started here: nothing to lock, nothing to make.
  if (!existsSync(paths.state)) return conversation.stopFromDisk(request, emit);
  const giveUpAt = performance.now() + lockPatienceMs;
  for (;;) {
    const reached = await reachPatiently(paths, version);
    if (reached.kind === "live") {
      conversation.onChannel(reached.channel);
      const supervisor = identityOf(reached.pid);
      try {
        const report = await reached.channel.stop(request, emit);
        if (request.services.length === 0) await untilGone(supervisor);
        return report;
      } catch (error) {
        // It ended just now, or was killed: what is left is on disk.
        if (!(error instanceof ChannelLost)) throw error;
      } finally {
        await reached.channel.close();
      }
    }
    if (reached.kind === "other-version") {
      // What it wrote may be more than we understand: then it is left to its work.
      readState(paths);
      reached.channel.retire();
      await reached.channel.closed;
    }
    if (reached.kind === "silent") await sayAndEnd(paths, emit);
    const lock = await takeLock(join(paths.state, "lock.db"));
    if (lock !== null) return await lockedStop(lock, conversation, request, emit);
    const isWorking = isStopInProgress(paths);
    // To kill at once needs no turn; else the other stop is waited for, as long as it takes.
    if (isWorking && request.force) return await conversation.stopFromDisk(request, emit);
    if (!isWorking && performance.now() > giveUpAt) await sayAndEnd(paths, emit);
    await delay(20);
  }
}

/** A supervisor with nothing left to do ends by itself; only then is nothing of ours left. */
async function untilGone(supervisor: ProcessIdentity | null): Promise<void> {
  const giveUpAt = performance.now() + 2_000;
  if (supervisor === null) return;
  while (isSameProcess(supervisor) && performance.now() < giveUpAt) await delay(2);
}

async function lockedStop(
  lock: Lock,
  conversation: StopConversation,
  request: StopRequest,
  emit: Emit,
): Promise<StopReport> {
  const retract = announceStop(conversation.paths);
  try {
    return await conversation.stopFromDisk(request, emit);
  } finally {
    retract();
    lock.release();
  }
}

async function sayAndEnd(paths: WorkspacePaths, emit: Emit): Promise<void> {
  const pid = await endSilentSupervisor(paths);
  emit({
    type: "warning",
    at: Date.now(),
    code: "SUPERVISOR_UNRESPONSIVE",
    message: `The supervisor (pid ${pid}) did not answer and was killed; stopping from the records on disk`,
  });
}
