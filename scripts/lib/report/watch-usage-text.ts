import type { WatchUsage } from "../model/watch-usage.ts";
import { countWords } from "./list-words.ts";
import type { Screen } from "./screen.ts";
import { sizeWords } from "./size-words.ts";
import { span } from "./styled-line.ts";
import { type Column, tableLines } from "./table-lines.ts";
import { visibleName } from "./visible-name.ts";

/** More than so many are too much for most machines. */
export const recommendedWatches = 20;

/** What a watch takes, until it is measured. */
const estimate = { memoryBytes: 50 * 1024 * 1024, cpu: 0.02 } as const;

const narrower =
  "To watch fewer: -r GLOB, -g GROUP, -t 'TAG EXPRESSION', -x GLOB, --dirty, --branch NAME, --changed-since REF, --repos-from FILE";

const columns: readonly Column<WatchUsage>[] = [
  { title: "REPOSITORY", cell: ({ repository }) => [span(visibleName(repository))] },
  { title: "PID", cell: ({ pid }) => [span(pid === null ? "-" : String(pid), "faint")], alignRight: true, worth: 1 },
  { title: "PROCESSES", cell: ({ processes }) => [span(String(processes))], alignRight: true, worth: 0 },
  { title: "MEMORY", cell: ({ memoryBytes }) => [span(sizeWords(memoryBytes))], alignRight: true },
  { title: "CPU", cell: ({ cpu }) => [span(cpuWords(cpu))], alignRight: true },
];

/** Memory and CPU of each and in total: lines for people. */
export function usageText(usages: readonly WatchUsage[], screen: Pick<Screen, "color" | "width">): string {
  const running = usages.filter(({ pid }) => pid !== null);
  const total: WatchUsage = {
    repository: `${countWords(running.length, "watch process", "watch processes")} of ${usages.length}`,
    pid: null,
    processes: sum(usages, ({ processes }) => processes),
    memoryBytes: sum(usages, ({ memoryBytes }) => memoryBytes),
    cpu: sum(usages, ({ cpu }) => cpu),
  };
  return `${tableLines(columns, [...usages, total], screen).join("\n")}\n`;
}

/** Before so many are begun; "" where there are not too many. */
export function tooManyText(count: number): string {
  if (count <= recommendedWatches) return "";
  const each = `${sizeWords(estimate.memoryBytes)} and ${cpuWords(estimate.cpu)} each`;
  return [
    `Warning: ${count} repositories exceeds recommended limit of ${recommendedWatches}`,
    "Watch performance may be degraded",
    `Estimated: ${sizeWords(count * estimate.memoryBytes)} of memory and ${cpuWords(count * estimate.cpu)} CPU (${each})`,
    `${narrower}\n`,
  ].join("\n");
}

/** What the estimate has become. */
export function measuredText(usages: readonly WatchUsage[]): string {
  const running = usages.filter(({ pid }) => pid !== null);
  if (running.length === 0) return "";
  const memoryBytes = sum(running, (usage) => usage.memoryBytes);
  const cpu = sum(running, (usage) => usage.cpu);
  const each = `${sizeWords(memoryBytes / running.length)} and ${cpuWords(cpu / running.length)} each`;
  return `Measured: ${sizeWords(memoryBytes)} of memory and ${cpuWords(cpu)} CPU (${each})\n`;
}

function cpuWords(cpu: number): string {
  const percent = cpu * 100;
  return `${percent < 10 && !Number.isInteger(percent) ? percent.toFixed(1) : Math.round(percent)} %`;
}

function sum(usages: readonly WatchUsage[], of: (usage: WatchUsage) => number): number {
  return usages.reduce((total, usage) => total + of(usage), 0);
}
