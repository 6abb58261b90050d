import { multiplex } from "../lines/multiplexer.ts";
import { pipeCapture } from "./pipe-capture.ts";
import type { RunOutput, Write } from "./run-output.ts";
import type { OutputCapture } from "./output-capture.ts";

/**
 * Lines as they come, each with its repository's name in front. Where the reader is slower, the commands wait.
 *
 * @param options.names Of all repositories, in their order, fit to be shown.
 */
export function streamedOutput(options: {
  readonly write: Write;
  readonly color: boolean;
  readonly longestLineBytes: number;
  readonly names: readonly string[];
  readonly widthOf: (name: string) => number;
}): RunOutput {
  const screen = multiplex(options);
  const captures = new Map<number, OutputCapture>();
  return {
    captureOf(_, index) {
      const name = options.names[index - 1] ?? "";
      const capture = pipeCapture(() => ({ stdout: screen.source(name), stderr: screen.source(name) }));
      captures.set(index, capture);
      return capture;
    },
    ended: () => {},
    lastLines: async (index, count) => (await captures.get(index)?.lastLines(count)) ?? [],
    written: () => screen.written(),
  };
}
