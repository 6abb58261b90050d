import { setTimeout as delay } from "node:timers/promises";
import type { Emit, StopReport } from "../model/event.ts";
import type { ServicesFile } from "../model/services-file.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { askStatus } from "./ask-status.ts";
import { onInterrupt } from "./on-interrupt.ts";
import { requestStop, type StopConversation } from "./request-stop.ts";

export interface StopStarted {
  readonly paths: WorkspacePaths;
  readonly version: string;
  /** As a stop does. `force` aborted: kill at once. */
  readonly stopFromDisk: (
    ...stop: [...Parameters<StopConversation["stopFromDisk"]>, force: AbortSignal]
  ) => Promise<StopReport>;
  readonly emitStop: Emit;
  readonly leave: (signal: NodeJS.Signals) => void;
}

/** How long a supervisor with nothing left to do is waited for. */
const goodbyeMs = 2_000;

/**
 * Stops what a command has started, at its end. The first Ctrl-C meanwhile kills at once, the second leaves.
 *
 * @param file Whose settings count.
 * @returns null when there was nothing to stop.
 */
export async function stopStarted(
  { paths, version, stopFromDisk, emitStop, leave }: StopStarted,
  file: ServicesFile | null,
  services: readonly string[],
): Promise<StopReport | null> {
  if (services.length === 0) return null;
  const force = new AbortController();
  let kill = (): void => force.abort();
  const release = onInterrupt({
    interrupt: (level) => (level === 1 ? kill() : leave("SIGINT")),
    leave,
    say: (presses) => emitStop({ type: "interrupted", at: Date.now(), presses: presses === 1 ? 2 : 3 }),
  });
  const settings = file?.settings;
  try {
    const report = await requestStop(
      {
        paths,
        version,
        onChannel(channel) {
          kill = () => {
            force.abort();
            channel.interrupt(2);
          };
        },
        stopFromDisk: (stop, emit) => stopFromDisk(stop, emit, force.signal),
      },
      {
        kind: "stop",
        services,
        force: false,
        timeoutMs: settings?.killTimeoutIsExplicit === true ? settings.killTimeoutMs : null,
        ordered: settings?.parallelKill === false,
      },
      emitStop,
    );
    await untilIdleSupervisorIsGone(paths, version);
    return report;
  } finally {
    release();
  }
}

/** One that has nothing left to do ends by itself; only then is nothing of ours left. */
async function untilIdleSupervisorIsGone(paths: WorkspacePaths, version: string): Promise<void> {
  const giveUpAt = performance.now() + goodbyeMs;
  while (performance.now() < giveUpAt) {
    const standing = await askStatus(paths, version, { probe: false, patienceMs: 200 });
    if (standing.from !== "supervisor") return;
    if (standing.document.services.some(({ runId }) => runId !== null)) return;
    await delay(10);
  }
}
