import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { multiplex } from "../lines/multiplexer.ts";
import { followLog } from "../logs/follow-log.ts";
import { notesOf } from "../logs/log-place.ts";
import { LogReader } from "../logs/log-reader.ts";
import type { WorkspacePaths } from "../model/workspace.ts";

export interface FollowedLogs {
  /** Shows what the service writes, if that is not being done already. */
  follow(service: string): void;
  /** Shows what was written until now, and nothing afterwards. */
  end(): Promise<void>;
}

export interface FollowOptions {
  readonly paths: WorkspacePaths;
  /** Services that are sure to be shown: they decide on the width of the prefix. */
  readonly names: readonly string[];
  readonly color: boolean;
  readonly longestLineBytes: number;
  /** Whole lines; the bytes are used again once the promise is fulfilled. */
  readonly write: (bytes: Buffer) => Promise<void>;
  /** Told of a log that cannot be read (EACCES, EISDIR, …): no more of it is shown. */
  readonly onUnreadable: (service: string, errno: string) => void;
}

/**
 * Many logs in one terminal, each line with its service's name in front. A service is shown from the moment of this call on, and on through
 * its restarts: make it before anything starts.
 */
export function followLogs({ paths, names, onUnreadable, ...options }: FollowOptions): FollowedLogs {
  const begins = lengthsNow(paths);
  const screen = multiplex({ ...options, names });
  const end = new AbortController();
  const followed = new Map<string, Promise<void>>();

  /** A bug is thrown at the end, when it is waited for; until then it is nobody's unhandled rejection. */
  function begin(service: string): Promise<void> {
    const showing = show(service).catch((error: unknown) => {
      if (errnoOf(error) === "") throw error;
      onUnreadable(service, errnoOf(error));
    });
    showing.catch(() => {});
    return showing;
  }

  async function show(service: string): Promise<void> {
    const source = screen.source(service);
    await followLog({
      reader: readerOf(paths, service),
      fromOffset: begins.get(service) ?? 0,
      signal: end.signal,
      drains: true,
      onBytes: (bytes) => source.push(bytes),
      onOtherFile: () => source.end(),
    });
    source.end();
  }

  return {
    follow(service) {
      if (!followed.has(service) && !end.signal.aborted) followed.set(service, begin(service));
    },
    async end() {
      end.abort();
      await Promise.all(followed.values());
      await screen.written();
    },
  };
}

function readerOf({ logs, state }: WorkspacePaths, service: string): LogReader {
  return new LogReader(join(logs, `${service}.log`), notesOf(state, service).place);
}

/** How much each service has written so far, whatever of it was rotated away. */
function lengthsNow(paths: WorkspacePaths): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  try {
    for (const name of readdirSync(paths.logs)) {
      const stat = statSync(join(paths.logs, name), { throwIfNoEntry: false });
      const service = /^(.+)\.log$/.exec(name)?.[1];
      if (service !== undefined && stat?.isFile()) lengths.set(service, readerOf(paths, service).base + stat.size);
    }
  } catch {
    // Nothing was ever started here.
  }
  return lengths;
}
