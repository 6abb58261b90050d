import type { Survivor } from "../model/event.ts";
import { holdersOf, readListeners } from "./ports.ts";
import { commandLineOf, hasProc } from "./proc-table.ts";
import { pursue } from "./pursue.ts";
import type { Pursuit, StopOptions, StopTarget } from "./pursuit.ts";

/** A run of a service to be stopped. A PID record has all of it: `{ ...record, leader: record }`. */
export interface KillTarget extends StopTarget {
  /** Ports it declared. */
  readonly ports: readonly number[];
}

export interface KillOptions extends StopOptions {
  /** One after another in the given order, each with its own grace period; else all at the same time. */
  readonly ordered: boolean;
}

export interface KillResult {
  /** Names of those that ended, but only by SIGKILL. */
  readonly forced: readonly string[];
  /** What nothing could end. */
  readonly survivors: readonly Survivor[];
  /** Declared ports that somebody else holds now. `pid: null`: another user's process. */
  readonly strangers: readonly { readonly service: string; readonly port: number; readonly pid: number | null }[];
}

/**
 * Stops services with all they have started, and proves it.
 *
 * The stop signal goes to every group at once; what still lives when its service's grace period ends is frozen and killed, in up to three
 * sweeps; then the whole process table and the environments are read once more. Nothing is signalled that is not proven, right before, to be
 * the process that was meant: a record whose PID now belongs to somebody else, or that is of another boot, ends at once and harms nobody.
 *
 * Always ends: at the latest about seven seconds after the last grace period.
 */
export async function killServices(targets: readonly KillTarget[], options: KillOptions): Promise<KillResult> {
  // Nobody to stop, nothing to look at: a look at all processes takes milliseconds.
  if (targets.length === 0) return { forced: [], survivors: [], strangers: [] };
  const stop = hasProc ? pursue : (await import("./kill-without-proc.ts")).killWithoutProc;
  const pursuits: Pursuit[] = [];
  for (const batch of options.ordered ? targets.map((target) => [target]) : [targets]) {
    pursuits.push(...(await stop(batch, options)));
  }
  const survivors = pursuits.filter(({ phase }) => phase === "survived").flatMap(survivorsOf);
  return {
    forced: [...new Set(pursuits.filter(isForced).map(({ owner }) => owner.service))],
    survivors,
    strangers: await strangersOn(targets, survivors),
  };
}

function isForced(pursuit: Pursuit): boolean {
  return pursuit.phase === "ended" && pursuit.sweeps > 0;
}

function survivorsOf(pursuit: Pursuit): Survivor[] {
  const { service } = pursuit.owner;
  return [...pursuit.members.keys()].map((pid) => ({ service, pid, command: commandLineOf(pid) ?? "" }));
}

/** Whoever holds a declared port now and is not a survivor cannot be ours. */
async function strangersOn(
  targets: readonly KillTarget[],
  survivors: readonly Survivor[],
): Promise<KillResult["strangers"]> {
  const declared = targets.flatMap(({ service, ports }) => ports.map((port) => ({ service, port })));
  if (declared.length === 0) return [];
  const ours = new Set(survivors.map(({ pid }) => pid));
  const ports = declared.map(({ port }) => port);
  const holders = holdersOf(ports, await readListeners());
  return declared.flatMap(({ service, port }) => {
    const holder = holders.get(port);
    const isStranger = holder !== undefined && (holder.pid === null || !ours.has(holder.pid));
    return isStranger ? [{ service, port, pid: holder.pid }] : [];
  });
}
