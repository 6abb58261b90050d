import type { WorkspacePaths } from "../model/workspace.ts";
import { readHistory } from "./history-file.ts";

/** What each service usually takes from its spawn to ready, in milliseconds: the median of its last starts. Those without a history are missing. */
export function usualStartupMs(paths: WorkspacePaths): ReadonlyMap<string, number> {
  return new Map([...readHistory(paths)].map(([name, times]) => [name, medianOf(times)]));
}

function medianOf(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = 0, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}
