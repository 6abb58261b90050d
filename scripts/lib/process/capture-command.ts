import { type GroupEnd, type GroupOptions, runGroup } from "./run-group.ts";

export interface Captured extends GroupEnd {
  /** What it wrote, read as UTF-8. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface CaptureOptions extends Omit<GroupOptions, "settleMs" | "onOutput"> {
  /** How much of each stream is kept. A command that writes more is killed, and its output is not whole. */
  readonly mostBytes: number;
}

/** The last of the output comes at once; a process as busy as ours may take a while to read it. */
const settleMs = 2_000;

/** Runs a command to its end, as `runGroup` does, and gives all that it writes. */
export async function captureCommand(argv: readonly [string, ...string[]], options: CaptureOptions): Promise<Captured> {
  const chunks = { stdout: new Array<Buffer>(), stderr: new Array<Buffer>() };
  const bytes = { stdout: 0, stderr: 0 };
  let isCut = false;
  const end = await runGroup(argv, {
    ...options,
    settleMs,
    onOutput(stream, chunk, kill) {
      bytes[stream] += chunk.length;
      if (bytes[stream] <= options.mostBytes) return void chunks[stream].push(chunk);
      isCut = true;
      kill();
    },
  });
  const text = (stream: "stdout" | "stderr"): string => Buffer.concat(chunks[stream]).toString("utf8");
  return { ...end, isWhole: end.isWhole && !isCut, stdout: text("stdout"), stderr: text("stderr") };
}
