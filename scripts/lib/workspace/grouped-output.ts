import { join } from "node:path";
import { multiplex } from "../lines/multiplexer.ts";
import type { Repository } from "../model/repository.ts";
import type { RunOutcome } from "../model/run-outcome.ts";
import { eachChunk } from "./each-chunk.ts";
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
  readonly onFull: (repository: Repository) => void;
}

/** Each repository's output in one piece, once its command has ended, stdout and stderr as they were written. */
export function groupedOutput(options: GroupedOptions): RunOutput {
  const captures = new Map<number, FileCapture>();
  const screen = multiplex({ ...options, names: null, showsBegun: false });
  let isFirst = true;

  async function show(outcome: RunOutcome): Promise<void> {
    const capture = captures.get(outcome.index);
    const isOk = outcome.result.kind === "ok";
    const heading = options.headingOf(outcome);
    if (heading !== null) await showUnder(heading, capture?.files.stdout ?? null, isOk);
    if (isOk) capture?.remove();
  }

  /** @param isLazy Where there is nothing to show, there is no heading either. */
  async function showUnder(heading: string, file: string | null, isLazy: boolean): Promise<void> {
    const source = screen.source("");
    const begin = (): Promise<void> | undefined => {
      const gap = isFirst ? "" : "\n";
      isFirst = false;
      return source.push(Buffer.from(`${gap}${heading}\n`));
    };
    let isBegun = !isLazy;
    if (isBegun) await begin();
    if (file !== null) {
      await eachChunk(file, async (bytes) => {
        if (!isBegun) await begin();
        isBegun = true;
        await source.push(bytes);
      });
    }
    source.end();
    await screen.written();
  }

  const shown = inTurn(options.order, show);
  return {
    captureOf(repository, index) {
      const capture = fileCapture(join(options.folder, String(index)), false, () => options.onFull(repository));
      captures.set(index, capture);
      return capture;
    },
    ended: shown.add,
    lastLines: async (index, count) => (await captures.get(index)?.lastLines(count)) ?? [],
    written: shown.done,
  };
}
