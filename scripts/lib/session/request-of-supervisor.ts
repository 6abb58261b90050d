import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Request } from "../control/protocol.ts";
import { ChannelLost, LockHeld, type SupervisorChannel, supervisorChannel } from "../control/supervisor-channel.ts";
import { userError } from "../diagnostic/user-error.ts";
import type { Emit, Event, StartEnd } from "../model/event.ts";
import { readState } from "../state/state-file.ts";
import { endSilentSupervisor } from "./end-silent-supervisor.ts";
import { launchSupervisor, type SupervisorLaunch } from "./launch-supervisor.ts";
import { reachPatiently } from "./reach-patiently.ts";
import { isStopInProgress } from "./stop-in-progress.ts";

/** How long a workspace may be locked without anybody listening: a supervisor that starts or ends. */
const lockPatienceMs = 10_000;

export interface Conversation extends SupervisorLaunch {
  readonly version: string;
  /** To the supervisor that was launched before the command was loaded; null: open one now. */
  readonly early: Duplex | null;
  /** Opens a supervisor where none lives; left out: launches one in a process of its own. */
  readonly open?: (() => Duplex) | undefined;
  /** Told which line is in use, for Ctrl-C. */
  readonly onChannel: (channel: SupervisorChannel) => void;
}

/**
 * Asks the workspace's supervisor, launching one where none lives, replacing one of another version and killing one that hangs.
 *
 * @throws {UserError} What the supervisor found wrong; `SUPERVISOR_FAILED` when it died underway; `SUPERVISOR_UNRESPONSIVE`.
 */
export async function requestOfSupervisor(
  conversation: Conversation,
  request: Request & { kind: "start" | "restart" | "reload" },
  emit: Emit,
): Promise<StartEnd> {
  const giveUpAt = performance.now() + lockPatienceMs;
  const { early, version } = conversation;
  let channel = early === null ? null : supervisorChannel(early, version);
  let losses = 0;
  for (;;) {
    channel ??= await openSupervisor(conversation, emit);
    conversation.onChannel(channel);
    let heard = false;
    const listen = (event: Event): void => {
      heard = true;
      emit(event);
    };
    try {
      return await channel.start(request, listen);
    } catch (error) {
      const goneBeforeItBegan = error instanceof LockHeld || (error instanceof ChannelLost && !heard);
      if (!goneBeforeItBegan) throw error instanceof ChannelLost ? supervisorFailed(conversation) : error;
      // One may have ended just as we came; one that ends again is broken.
      if (error instanceof ChannelLost) losses += 1;
      if (losses >= 2) throw supervisorFailed(conversation);
      const isHanging = performance.now() > giveUpAt && !isStopInProgress(conversation.paths);
      if (isHanging) await sayAndEnd(conversation, emit);
    } finally {
      void channel.close();
    }
    channel = null;
    await delay(50);
  }
}

async function openSupervisor(conversation: Conversation, emit: Emit): Promise<SupervisorChannel> {
  const reached = await reachPatiently(conversation.paths, conversation.version);
  switch (reached.kind) {
    case "live":
      return reached.channel;
    case "other-version":
      // What it wrote may be more than we understand: then it is left to its work.
      readState(conversation.paths);
      emit(
        warning(
          "SUPERVISOR_REPLACED",
          `The supervisor is of version ${reached.version}; it is replaced, its services live on`,
        ),
      );
      reached.channel.retire();
      await reached.channel.closed;
      break;
    case "silent":
      await sayAndEnd(conversation, emit);
      break;
    case "absent":
  }
  const { open = () => launchSupervisor(conversation), version } = conversation;
  return supervisorChannel(open(), version);
}

async function sayAndEnd({ paths }: Conversation, emit: Emit): Promise<void> {
  const pid = await endSilentSupervisor(paths);
  emit(
    warning(
      "SUPERVISOR_UNRESPONSIVE",
      `The supervisor (pid ${pid}) did not answer and was killed; its services live on`,
    ),
  );
}

function warning(code: string, message: string): Event {
  return { type: "warning", at: Date.now(), code, message };
}

function supervisorFailed({ paths }: Conversation): Error {
  const log = join(paths.state, "supervisor.log");
  const reason = lastErrorIn(log);
  return userError(
    "SUPERVISOR_FAILED",
    `The supervisor ended before the start was finished${reason === null ? "" : `: ${reason}`}`,
    {
      hint: `${log} says more. Services it had started live on: run start_dev again to adopt them, or stop.`,
      exitCode: 1,
    },
  );
}

/** The last line of the log that names an error, null where none does. */
function lastErrorIn(log: string): string | null {
  try {
    const lines = readFileSync(log, "utf8").split("\n");
    return lines.findLast((line) => /^\w*Error\b/.test(line)) ?? null;
  } catch {
    return null;
  }
}
