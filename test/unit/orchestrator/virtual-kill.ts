import type { KillOptions, KillResult, KillTarget } from "../../../scripts/lib/process/kill-services.ts";
import { machine } from "./virtual-machine.ts";
import type { VirtualProcess } from "./virtual-process.ts";

/** What process/kill-services.ts promises: ask, wait for the grace period, kill, and name whom it took force to end. */
export async function virtualKill(targets: readonly KillTarget[], options: KillOptions): Promise<KillResult> {
  const forced: string[] = [];
  const stop = async (target: KillTarget): Promise<void> => {
    const isForced = await end(target, options.force);
    if (isForced) forced.push(target.service);
    options.onEnded(target.service, isForced);
  };
  if (options.ordered) for (const target of targets) await stop(target);
  else await Promise.all(targets.map(stop));
  return { forced, survivors: [], strangers: [] };
}

/** @returns true when it took SIGKILL. */
async function end({ runId, graceMs }: KillTarget, force: AbortSignal | null): Promise<boolean> {
  const target = machine().processes.find((one) => one.runId === runId);
  if (target === undefined || !target.lives) return false;
  if (force?.aborted !== true) machine().terminate(target);
  if (await isGoneWithin(target, graceMs, force)) return false;
  machine().kill(target);
  return true;
}

async function isGoneWithin(target: VirtualProcess, graceMs: number, force: AbortSignal | null): Promise<boolean> {
  const { clock } = machine();
  return new Promise((resolve) => {
    const finish = (isGone: boolean) => () => {
      clock.cancel(timer);
      target.onGone.delete(onGone);
      force?.removeEventListener("abort", onForce);
      resolve(isGone);
    };
    const onGone = finish(true);
    const onForce = finish(false);
    const timer = clock.at(force?.aborted === true ? 1 : graceMs, "product", finish(false));
    target.onGone.add(onGone);
    force?.addEventListener("abort", onForce);
  });
}
