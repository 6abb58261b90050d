import { createReadStream } from "node:fs";
import { join } from "node:path";
import { multiplex } from "../lines/multiplexer.ts";
import type { RunOutcome } from "../model/run-outcome.ts";
import { type FileCapture, fileCapture } from "./file-capture.ts";
import { inTurn } from "./in-turn.ts";
import type { RunOutput, Write } from "./run-output.ts";

export interface GroupedOptions {
  readonly write: Write;
  readonly color: boolean;
  readonly longestLineBytes: number;
  /** For files, until they have been shown; absolute. */
  readonly folder: string;
  readonly order: "completion" | "config";
  /** What stands above a command's output; null: that output is not shown. */
  readonly headingOf: (outcome: RunOutcome) => string | null;
}

/** Each repository's output in one piece, once its command has ended, stdout and stderr as they were written. */
export function groupedOutput(options: GroupedOptions): RunOutput {
  const captures = new Map<number, FileCapture>();
  const screen = multiplex({ ...options, names: null, showsBegun: false });
  let isFirst = true;

  async function show(outcome: RunOutcome): Promise<void> {
    const capture = captures.get(outcome.index);
    const heading = options.headingOf(outcome);
    if (!capture) return;
    if (heading === null) return outcome.result.kind === "ok" ? capture.remove() : undefined;
    const source = screen.source("");
    let isBegun = false;
    for await (const chunk of createReadStream(capture.files.stdout, { highWaterMark: 256 * 1024 })) {
      if (!Buffer.isBuffer(chunk)) continue;
      if (!isBegun) await source.push(Buffer.from(`${isFirst ? "" : "\n"}${heading}\n`));
      [isBegun, isFirst] = [true, false];
      await source.push(chunk);
    }
    source.end();
    if (!isBegun && outcome.result.kind !== "ok") {
      await source.push(Buffer.from(`${isFirst ? "" : "\n"}${heading}\n`));
      isFirst = false;
    }
    await screen.written();
    if (outcome.result.kind === "ok") capture.remove();
  }

  const shown = inTurn(options.order, show);
  return {
    captureOf(_, index) {
      const capture = fileCapture(join(options.folder, String(index)), false);
      captures.set(index, capture);
      return capture;
    },
    ended: shown.add,
    lastLines: async (index, count) => (await captures.get(index)?.lastLines(count)) ?? [],
    written: shown.done,
  };
}
