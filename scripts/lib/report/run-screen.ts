import type { Repository } from "../model/repository.ts";
import type { RunEvent } from "../model/run-event.ts";
import type { RunOutcome } from "../model/run-outcome.ts";
import { withSchemaVersion } from "./log-json.ts";
import { outcomeDocument } from "./run-json.ts";
import { fullDiskText, headingOf, interruptText, journalText, reapedText, runNote } from "./run-notes.ts";
import { noProgress, runProgress } from "./run-progress.ts";
import { type Screen, screenOf } from "./screen.ts";
import { textWidth } from "./text-width.ts";

/** What a run says and shows while it goes on: notes and progress on stderr, output on stdout. */
export interface RunScreen {
  readonly notes: Screen;
  readonly event: (event: RunEvent) => void;
  readonly reaped: (reaped: Parameters<typeof reapedText>[0]) => void;
  readonly unrecorded: (errno: string) => void;
  readonly interrupted: (presses: 1 | 2 | 3) => void;
  /** What output looks like, but for its order and names. */
  readonly output: {
    readonly write: (bytes: Buffer) => Promise<void>;
    readonly isTerminal: boolean;
    readonly color: boolean;
    readonly widthOf: (name: string) => number;
    readonly headingOf: (outcome: RunOutcome) => string;
    readonly jsonOf: (outcome: RunOutcome, text: Parameters<typeof outcomeDocument>[1]) => string;
    readonly onFull: (repository: Repository) => void;
  };
  /** Before the summary; resolves when every note is written. */
  readonly close: () => Promise<void>;
}

/**
 * @param options.write Writes to stdout without ever holding us up.
 * @param options.showsProgress Lines that come as they are need none.
 * @param options.tellsEnds Failures are told as they happen, since nothing else does.
 * @param options.isOnePipe stdout and stderr are the same pipe.
 */
export function runScreen(
  {
    stdout,
    stderr,
    env,
  }: Readonly<Record<"stdout" | "stderr", NodeJS.WriteStream>> & { readonly env: NodeJS.ProcessEnv },
  options: {
    readonly write: (bytes: Buffer) => Promise<void>;
    readonly showsProgress: boolean;
    readonly tellsEnds: boolean;
    readonly isOnePipe: boolean;
  },
): RunScreen {
  const notes = screenOf(stderr, env);
  const progress = options.showsProgress && stderr.isTTY ? runProgress(stderr, notes.color) : noProgress;
  const versioned = withSchemaVersion();
  const isTerminal = stdout.isTTY;
  const { color } = screenOf(stdout, env);
  let running = 0;
  let said = Promise.resolve();
  const say = (text: string): void => {
    if (text === "") return;
    // A note that took another way into a full pipe would stand in the middle of a line that is half written, and hold us up until there is room.
    if (options.isOnePipe) said = options.write(Buffer.from(text));
    else void progress.around(async () => notes.write(text));
  };
  return {
    notes,
    event(event) {
      if (event.type === "command-began" && event.attempt === 1) running += 1;
      if (event.type === "command-ended" && event.outcome.attempts > 0) running -= 1;
      progress.event(event);
      say(runNote(event, options.tellsEnds, notes.color));
    },
    reaped: (reaped) => say(reapedText(reaped)),
    unrecorded: (errno) => say(journalText(errno)),
    interrupted: (presses) => say(interruptText(presses, running)),
    output: {
      write: (bytes) => (isTerminal ? progress.around(() => options.write(bytes)) : options.write(bytes)),
      isTerminal,
      color,
      widthOf: textWidth,
      headingOf: (outcome) => headingOf(outcome, color),
      onFull: (repository) => say(fullDiskText(repository)),
      jsonOf: (outcome, text) => versioned(JSON.stringify(outcomeDocument(outcome, text))),
    },
    async close() {
      progress.close();
      await said;
    },
  };
}
