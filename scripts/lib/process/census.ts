import { type Newcomers, watchNewcomers } from "./newcomers.ts";
import { type ProcessStat, isLive, readProcessTable } from "./proc-table.ts";

/** All live processes but ourselves at one moment, indexed by what ties processes together. */
export interface Census {
  /** As it was read: also zombies and ourselves. */
  readonly table: ReadonlyMap<number, ProcessStat>;
  readonly byParent: ReadonlyMap<number, readonly ProcessStat[]>;
  readonly bySession: ReadonlyMap<number, readonly ProcessStat[]>;
  readonly byGroup: ReadonlyMap<number, readonly ProcessStat[]>;
  /** Tells what has been started since. */
  readonly newcomers: Newcomers;
}

/** More would mean that processes are started faster than they can be read. */
const maxCatchUps = 200;

/**
 * Reads the process table and what was started while it was read: a program that forks, ends, and goes on in its child would be listed where it is no
 * more and not yet. Complete as of the moment it returns.
 */
export function takeCensus(): Census {
  const newcomers = watchNewcomers();
  const table = new Map(readProcessTable());
  for (let round = 0; round < maxCatchUps; round += 1) {
    const { seen, isQuiet } = newcomers.next();
    for (const stat of seen) table.set(stat.pid, stat);
    if (isQuiet) break;
  }
  return indexTable(table, newcomers);
}

/**
 * Indexes a process table. We ourselves are left out: a stop that runs inside of what it stops must neither signal itself nor reach,
 * through itself, what it has started.
 */
export function indexTable(
  table: ReadonlyMap<number, ProcessStat>,
  newcomers: Newcomers = { next: () => ({ seen: [], isQuiet: true }) },
): Census {
  const byParent = new Map<number, ProcessStat[]>();
  const bySession = new Map<number, ProcessStat[]>();
  const byGroup = new Map<number, ProcessStat[]>();
  for (const stat of table.values()) {
    if (!isLive(stat) || stat.pid === process.pid) continue;
    append(byParent, stat.ppid, stat);
    append(bySession, stat.session, stat);
    append(byGroup, stat.pgrp, stat);
  }
  return { table, byParent, bySession, byGroup, newcomers };
}

/**
 * Adds to `found` all that these processes have started and that is alive: children, children's children, and, of a session or group they
 * lead, everyone in it (who may have lost the parent that tied him to them).
 */
export function addOffspring(found: Map<number, string>, from: Iterable<number>, census: Census): void {
  const queue = [...from];
  for (const pid of queue) {
    const start = Number(census.table.get(pid)?.startTime ?? 0);
    const related = [census.byParent.get(pid), census.bySession.get(pid), census.byGroup.get(pid)];
    for (const stat of related.flatMap((stats) => stats ?? [])) {
      // An older one belongs to an earlier bearer of the PID.
      if (found.has(stat.pid) || Number(stat.startTime) < start) continue;
      found.set(stat.pid, stat.startTime);
      queue.push(stat.pid);
    }
  }
}

function append(index: Map<number, ProcessStat[]>, key: number, stat: ProcessStat): void {
  const present = index.get(key);
  if (present === undefined) index.set(key, [stat]);
  else present.push(stat);
}
