import type { Emit, StartEnd } from "../model/event.ts";
import { jsonReporter } from "./json-lines.ts";
import { callerOf } from "./next-command.ts";
import { reporterFor } from "./reporter-for.ts";
import { screenOf } from "./screen.ts";
import { gatherStartDetails } from "./start-details.ts";
import { startSummary } from "./start-summary.ts";

/** What a command that starts services shows: events while they come, and how it ended. */
export interface StartScreen {
  readonly event: Emit;
  /** Leaves the terminal as it was, without a word about the end. */
  readonly close: () => void;
  readonly end: (end: StartEnd) => void;
}

/** The board or plain lines on stderr and the summary on stdout; with `json` events on stdout and nothing else. */
export function startScreen(
  world: {
    readonly stdout: NodeJS.WriteStream;
    readonly stderr: NodeJS.WriteStream;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly cwd: string;
  },
  options: {
    readonly json: boolean;
    /** What services usually take to be ready, in milliseconds, by name. */
    readonly usual?: ReadonlyMap<string, number>;
    /** The command stays when all is ready. */
    readonly stays?: boolean;
    /** Only what changed is started. */
    readonly reloads?: boolean;
  },
): StartScreen {
  const { stdout, stderr, env, cwd } = world;
  if (options.json) {
    const { event, close } = jsonReporter((text) => void stdout.write(text));
    return { event, close, end: close };
  }
  const reporter = reporterFor(stderr, env, options.usual);
  const { details, event } = gatherStartDetails();
  return {
    event(next) {
      event(next);
      reporter.event(next);
    },
    close: reporter.close,
    end(end) {
      reporter.close();
      stdout.write(
        startSummary(end, screenOf(stdout, env), {
          details,
          cwd,
          caller: callerOf(env),
          stays: options.stays ?? false,
          reloads: options.reloads ?? false,
        }),
      );
    },
  };
}
