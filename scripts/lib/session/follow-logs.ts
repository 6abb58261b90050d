import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { prefixLines } from "../lines/prefix-lines.ts";
import { followLog } from "../logs/follow-log.ts";

export interface FollowedLogs {
  /** Shows what the service writes, if that is not being done already. */
  follow(service: string): void;
  /** Shows what was written until now, and nothing afterwards. */
  end(): Promise<void>;
}

export interface FollowOptions {
  /** `logs/` of the workspace; may be missing. */
  readonly folder: string;
  /** Services that are sure to be shown: they decide on the width of the prefix. */
  readonly names: readonly string[];
  readonly color: boolean;
  /** Whole lines; the next ones wait until the promise is fulfilled. */
  readonly write: (text: string) => Promise<void>;
}

/**
 * Many logs in one terminal, each line with its service's name in front. A service is shown from the moment of this call on, and on through
 * its restarts: make it before anything starts.
 */
export function followLogs({ folder, names, color, write }: FollowOptions): FollowedLogs {
  const begins = sizesIn(folder);
  const prefixed = prefixLines(names, { color });
  const end = new AbortController();
  const followed = new Map<string, Promise<void>>();
  return {
    follow(service) {
      if (followed.has(service) || end.signal.aborted) return;
      const file = join(folder, `${service}.log`);
      const onLines = (lines: readonly string[]): Promise<void> => write(prefixed(service, lines));
      const fromOffset = begins.get(`${service}.log`) ?? 0;
      followed.set(service, followLog({ file, fromOffset, signal: end.signal, drains: true, onLines }));
    },
    async end() {
      end.abort();
      await Promise.all(followed.values());
    },
  };
}

/** How long each log is now, by its file's name. */
function sizesIn(folder: string): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  try {
    for (const name of readdirSync(folder)) {
      const stat = statSync(join(folder, name), { throwIfNoEntry: false });
      if (stat?.isFile()) sizes.set(name, stat.size);
    }
  } catch {
    // Nothing was ever started here.
  }
  return sizes;
}
