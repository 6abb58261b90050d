import type { Duplex } from "node:stream";
import { packServices } from "../control/packed-services.ts";
import type { Request } from "../control/protocol.ts";
import type { SupervisorChannel } from "../control/supervisor-channel.ts";
import type { Emit, StartEnd } from "../model/event.ts";
import type { ServicesFile } from "../model/services-file.ts";
import { onInterrupt } from "./on-interrupt.ts";
import { requestOfSupervisor } from "./request-of-supervisor.ts";
import type { SupervisorLaunch } from "./launch-supervisor.ts";

export interface StartConversation extends SupervisorLaunch {
  readonly version: string;
  /** To the supervisor that was launched before the command was loaded; null: open one now. */
  readonly early: Duplex | null;
  /** As of a `Conversation`. */
  readonly open?: (() => Duplex) | undefined;
  /** Reads services.yaml; handed in, since that is another room's work. */
  readonly readServices: () => Promise<ServicesFile>;
  /** true: a terminal that is closed counts as Ctrl-C; else it is left to the default, and the start goes on without its command. */
  readonly hangUp?: boolean;
  /** Aborted: what has not been asked for is not, and what has is stopped as by Ctrl-C. */
  readonly until?: AbortSignal;
  readonly emit: Emit;
  /** The third Ctrl-C: the command leaves, whatever still goes on in the supervisor. */
  readonly leave: (signal: NodeJS.Signals) => void;
}

type Unread<Kind> = Kind extends { readonly file: unknown } ? Omit<Kind, "file" | "workspaceId"> : never;

/**
 * A start or restart from the command's side: reads services.yaml (a supervisor that was launched early loads meanwhile), asks the supervisor, shows
 * events, hands Ctrl-C on.
 *
 * @returns How it ended, and the signal that ended it, null when none came.
 * @throws {UserError} What is wrong with the file: then nothing was asked. And all that `requestOfSupervisor` throws.
 * @throws The reason of `until`, where it was aborted before anything was asked.
 */
export async function startServices(
  { emit, leave, readServices, hangUp = false, until, ...launch }: StartConversation,
  request: Unread<Request>,
): Promise<{ readonly end: StartEnd; readonly signal: NodeJS.Signals | null }> {
  let channel: SupervisorChannel | null = null;
  let level: 1 | 2 | null = null;
  const release = onInterrupt({
    hangUp,
    interrupt(next) {
      level = next;
      channel?.interrupt(next);
    },
    leave,
    say: (presses) => emit({ type: "interrupted", at: Date.now(), presses }),
  });
  const callOff = (): void => {
    level ??= 1;
    channel?.interrupt(level);
  };
  until?.addEventListener("abort", callOff);
  try {
    const file = packServices(await readServices());
    until?.throwIfAborted();
    const end = await requestOfSupervisor(
      {
        ...launch,
        onChannel(next) {
          if (until?.aborted === true) void next.close();
          until?.throwIfAborted();
          channel = next;
          // A Ctrl-C that came before there was anybody to tell.
          if (level !== null) setImmediate(() => next.interrupt(level ?? 1));
        },
      },
      { ...request, file, workspaceId: launch.paths.id },
      emit,
    );
    return { end, signal: release() };
  } finally {
    release();
    until?.removeEventListener("abort", callOff);
    // One that was not asked anything ends by itself.
    if (channel === null) launch.early?.destroy();
  }
}
