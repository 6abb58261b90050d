import { setTimeout as delay } from "node:timers/promises";
import type { WatchUsage } from "../model/watch-usage.ts";
import { indexTable } from "../process/census.ts";
import { readProcessTable } from "../process/proc-table.ts";
import { treeUsage } from "../process/tree-usage.ts";
import type { WatchHandle } from "./watch-each.ts";

/** Clock ticks are 10 ms: less would be guessing. */
const sampleMs = 500;

interface Sample {
  readonly at: number;
  readonly uses: ReadonlyMap<
    string,
    { readonly pid: number; readonly memoryBytes: number; readonly cpuSeconds: number; readonly processes: number }
  >;
}

/** Looks twice, half a second apart. */
export async function watchUsage(handles: readonly WatchHandle[]): Promise<readonly WatchUsage[]> {
  const before = sample(handles);
  await delay(sampleMs);
  const now = sample(handles);
  return handles.map(({ repository: { name } }) => {
    const use = now.uses.get(name);
    if (use === undefined) return { repository: name, pid: null, memoryBytes: 0, cpu: 0, processes: 0 };
    const earlier = before.uses.get(name);
    // Another process by now: all it has used, it has used since.
    const since = earlier?.pid === use.pid ? earlier.cpuSeconds : 0;
    const cpu = Math.max(0, use.cpuSeconds - since) / ((now.at - before.at) / 1_000);
    return { repository: name, pid: use.pid, memoryBytes: use.memoryBytes, cpu, processes: use.processes };
  });
}

function sample(handles: readonly WatchHandle[]): Sample {
  const census = indexTable(readProcessTable());
  const uses = new Map(
    handles.flatMap(({ repository, pid }) => {
      if (pid === null) return [];
      const { memoryBytes, cpuSeconds, pids } = treeUsage(pid, pid, census);
      return [[repository.name, { pid, memoryBytes, cpuSeconds, processes: pids.length }] as const];
    }),
  );
  return { at: performance.now(), uses };
}
