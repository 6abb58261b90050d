import { join } from "node:path";
import { openLog } from "../logs/open-log.ts";
import type { Repository } from "../model/repository.ts";
import type { RunOutcome } from "../model/run-outcome.ts";
import { type FileCapture, fileCapture } from "./file-capture.ts";
import { inTurn } from "./in-turn.ts";
import type { RunOutput, Write } from "./run-output.ts";

/**
 * Of more than that the end is what counts: a text of JavaScript holds 512 Mi characters, and JSON may write a byte with six; twice, since there are
 * stdout and stderr.
 */
const mostBytes = 40 * 1024 * 1024;

/** What a command wrote. */
export interface CommandText {
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes left out at the beginning of one of them. */
  readonly omittedBytes: number;
}

/** A line for each repository, once its command has ended; one in memory at a time. */
export function jsonOutput(options: {
  readonly write: Write;
  readonly folder: string;
  readonly order: "completion" | "config";
  readonly lineOf: (outcome: RunOutcome, text: CommandText) => string;
  readonly onFull: (repository: Repository) => void;
}): RunOutput {
  const captures = new Map<number, FileCapture>();
  const shown = inTurn(options.order, async (outcome) => {
    const files = captures.get(outcome.index)?.files;
    const [stdout, stderr] = await Promise.all([readEnd(files?.stdout), readEnd(files?.stderr)]);
    const text = { stdout: stdout.text, stderr: stderr.text, omittedBytes: stdout.omitted + stderr.omitted };
    await options.write(Buffer.from(`${options.lineOf(outcome, text)}\n`));
  });
  return {
    captureOf(repository, index) {
      const capture = fileCapture(join(options.folder, String(index)), true, () => options.onFull(repository));
      captures.set(index, capture);
      return capture;
    },
    ended: shown.add,
    lastLines: async (index, count) => (await captures.get(index)?.lastLines(count)) ?? [],
    written: shown.done,
  };
}

async function readEnd(file: string | undefined): Promise<{ readonly text: string; readonly omitted: number }> {
  const handle = file === undefined ? null : await openLog(file);
  if (handle === null) return { text: "", omitted: 0 };
  try {
    const { size } = await handle.stat();
    const omitted = Math.max(0, size - mostBytes);
    const bytes = Buffer.alloc(size - omitted);
    let at = 0;
    for (let read = -1; at < bytes.length && read !== 0; at += read) {
      ({ bytesRead: read } = await handle.read(bytes, at, bytes.length - at, omitted + at));
    }
    return { text: bytes.toString("utf8", 0, at), omitted };
  } finally {
    await handle.close();
  }
}
