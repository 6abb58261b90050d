import { setTimeout as delay } from "node:timers/promises";
import { killServices, type KillTarget } from "../process/kill-services.ts";

/** Those that end of one cause end together: a look at all processes takes milliseconds, and one is to do for all of them. */
const togetherMs = 10;

/** Ends what a target tells. @returns PIDs of what could not be ended. */
export type Sweep = (target: KillTarget) => Promise<readonly number[]>;

/** Ends what processes have left behind, or what is to make room for another, together with whatever else is to be ended then; each resolves as soon as its own is gone. */
export function sweeper(workspaceId: string): Sweep {
  let next: Map<string, PromiseWithResolvers<readonly number[]> & { readonly target: KillTarget }> | null = null;

  async function sweepNext(): Promise<void> {
    await delay(togetherMs);
    const batch = next;
    next = null;
    if (batch === null) return;
    const targets = [...batch.values()].map(({ target }) => target);
    try {
      const { survivors } = await killServices(targets, {
        workspaceId,
        ordered: false,
        force: null,
        onWaiting: () => {},
        onEnded: (service) => batch.get(service)?.resolve([]),
      });
      for (const [name, { resolve }] of batch) {
        resolve(survivors.filter(({ service }) => service === name).map(({ pid }) => pid));
      }
    } catch (error) {
      for (const { reject } of batch.values()) reject(error);
    }
  }

  return (target) => {
    if (next === null) {
      next = new Map();
      void sweepNext();
    }
    const waiting = next.get(target.service);
    // Asked to restart in the moment in which it died: there is one process at a time.
    if (waiting !== undefined) return waiting.promise;
    const own = { ...Promise.withResolvers<readonly number[]>(), target };
    next.set(target.service, own);
    return own.promise;
  };
}
