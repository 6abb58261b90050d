import { followLog } from "./follow-log.ts";
import { lastLinesOffset } from "./last-lines-offset.ts";
import { LogReader, type LogRange } from "./log-reader.ts";
import { notesOf } from "./log-place.ts";
import { type LogTime, offsetSince, readLogTimes } from "./log-times.ts";
import { type LogPast, readPast } from "./read-past.ts";
import type { ServiceLog } from "./select-logs.ts";

/** Takes what a service wrote. */
interface LogOutput {
  push(bytes: Buffer): void | Promise<void>;
  /** A line that was begun does not go on. */
  end(): void;
}

export interface LogShow {
  readonly logs: readonly ServiceLog[];
  /** `.groundswell` of the workspace. */
  readonly stateFolder: string;
  /** Of each log, so many of its last lines; null: all. */
  readonly lines: number | null;
  /** Only what was written since then, in milliseconds since the epoch; null: from the beginning. */
  readonly since: number | null;
  /** Goes on with what is written until it is aborted; null: ends with what there is. */
  readonly follow: AbortSignal | null;
  /** @param at When what is just pushed was written, at the latest; null: not known. */
  readonly output: (service: string, at: () => number | null) => LogOutput;
  /** Told when all that was there has been pushed. */
  readonly onPresent: () => void;
  /** Told of a log without notes of the time, of which all had to be shown. */
  readonly onTimesUnknown: (service: string) => void;
  readonly onGap: (service: string, bytes: number) => void;
}

/** Shows what services wrote, in the order of time as far as it is known, and then what they write. */
export async function showLogs(show: LogShow): Promise<void> {
  const noted = show.logs.map((log) => ({ ...log, times: readLogTimes(notesOf(show.stateFolder, log.name).times) }));
  const isNoted = noted.some(({ times }) => times.length > 0);
  const logs = await Promise.all(noted.map((log) => open(log, isNoted, show)));
  await readPast(logs);
  show.onPresent();
  const { follow } = show;
  await Promise.all(logs.map((log) => (follow === null ? log.reader.close() : goOn(log, follow, show))));
}

interface NotedLog extends ServiceLog {
  readonly times: readonly LogTime[];
}

interface OpenLog extends LogPast {
  readonly name: string;
  readonly output: LogOutput;
  /** Pushes what was written just now. */
  readonly onNews: (bytes: Buffer) => void | Promise<void>;
}

/** @param isNoted Whether times are noted of any of the logs. */
async function open({ name, file, times: noted }: NotedLog, isNoted: boolean, show: LogShow): Promise<OpenLog> {
  const reader = new LogReader(file, notesOf(show.stateFolder, name).place);
  const range = await reader.range();
  // Until the next look of the supervisor the file itself tells when it last grew.
  const isNewer = isNoted && (noted.at(-1)?.offset ?? 0) < range.end;
  const times = isNewer ? [...noted, { at: range.changedAt, offset: range.end }] : noted;
  const start = show.since === null ? range.start : sinceOffset(noted, show.since, range);
  if (start === null) show.onTimesUnknown(name);
  const all = { start: start ?? range.start, end: range.end };
  const from = await firstOffset(reader, all, show);
  let at: number | null = null;
  const output = show.output(name, () => at);
  const push = (bytes: Buffer, writtenAt: number | null): void | Promise<void> => {
    at = writtenAt;
    return output.push(bytes);
  };
  // Followed, the last line may go on.
  const onEnd = (): void => (show.follow === null ? output.end() : undefined);
  const onNews = (bytes: Buffer): void | Promise<void> => push(bytes, Date.now());
  return { name, reader, from, to: range.end, times, output, onBytes: push, onEnd, onNews };
}

async function firstOffset(reader: LogReader, all: { start: number; end: number }, show: LogShow): Promise<number> {
  if (show.lines === null) return all.start;
  // What is begun of a line is still to come, where anything is.
  return show.lines === 0 && show.follow === null ? all.end : lastLinesOffset(reader, show.lines, all);
}

/** Logical; null: nobody noted times, and something of the log is from then or later. */
function sinceOffset(times: readonly LogTime[], since: number, range: LogRange): number | null {
  if (range.changedAt < since) return range.end;
  if (times.length === 0) return null;
  const offset = offsetSince(times, since) ?? range.start;
  return offset > range.end ? range.start : Math.max(range.start, offset);
}

async function goOn({ name, reader, to, output, onNews }: OpenLog, signal: AbortSignal, show: LogShow): Promise<void> {
  await followLog({
    reader,
    fromOffset: to,
    signal,
    onBytes: onNews,
    onOtherFile: () => output.end(),
    onGap: (bytes) => show.onGap(name, bytes),
  });
  output.end();
}
