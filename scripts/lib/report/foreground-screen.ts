import type { Emit } from "../model/event.ts";
import type { ForegroundEnd, ForegroundNews } from "../model/foreground.ts";
import { jsonReporter } from "./json-lines.ts";
import { callerOf, nextCommand } from "./next-command.ts";
import { plainReporter } from "./plain.ts";
import { reloadText } from "./reload-text.ts";
import { screenOf } from "./screen.ts";
import { gatherStartDetails } from "./start-details.ts";
import { startSummary } from "./start-summary.ts";
import { stopSummary } from "./stop-summary.ts";
import { span, type Span, styledLine } from "./styled-line.ts";

/** What a start that stays shows of its own, beside what services write. */
export interface ForegroundScreen {
  readonly event: Emit;
  readonly tell: (news: ForegroundNews) => void;
  /** Nothing is shown afterwards. */
  readonly close: () => void;
  readonly end: (end: ForegroundEnd) => void;
}

/**
 * Plain lines on stderr, never the board: stdout belongs to what services write, and both may be one terminal. With `json` events on stdout and
 * nothing else.
 *
 * @param options.write To stderr.
 */
export function foregroundScreen(
  world: {
    readonly stdout: NodeJS.WriteStream;
    readonly stderr: NodeJS.WriteStream;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly cwd: string;
  },
  options: {
    readonly json: boolean;
    readonly write: (text: string) => void;
    /** What services usually take to be ready, in milliseconds, by name. */
    readonly usual?: ReadonlyMap<string, number>;
  },
): ForegroundScreen {
  const { stdout, stderr, env, cwd } = world;
  if (options.json) {
    const { event, close } = jsonReporter((text) => void stdout.write(text));
    return { event, close, tell: () => {}, end: close };
  }
  const screen = { ...screenOf(stderr, env), write: options.write };
  const caller = callerOf(env);
  const reporter = plainReporter(screen, options.usual);
  const { details, event } = gatherStartDetails();
  const say = (line: readonly Span[]): void =>
    screen.write(`${styledLine(line, { width: Number.POSITIVE_INFINITY, color: screen.color })}\n`);
  return {
    event(next) {
      event(next);
      if (next.type === "reload-planned") screen.write(reloadText(next.diff, screen, next));
      else reporter.event(next);
    },
    close: reporter.close,
    tell(news) {
      if (news.kind === "started") screen.write(startSummary(news.end, screen, { details, cwd, caller, stays: true }));
      say(newsLine(news));
    },
    end({ because, report }) {
      reporter.close();
      if (report !== null) screen.write(stopSummary(report, screen, { caller }));
      else if (because === "ended") say([span("Everything has ended.", "strong")]);
      else if (because === "stopped") say([span("Stopped from another terminal.", "strong")]);
      else if (because === "left") {
        say([span("The supervisor is gone; services run on without this terminal.", "warn")]);
        say([span("Next: "), span(nextCommand(caller, "status"), "link")]);
      }
    },
  };
}

function newsLine(news: ForegroundNews): readonly Span[] {
  switch (news.kind) {
    case "attached":
      return note("services are up already, or are being started: Ctrl-C stops only what is started from here");
    case "started":
      return [span("Ctrl-C stops it.", "faint")];
    case "service-ended":
      return note(`${news.service} has ended with ${news.exitCode}: stopping the rest`);
    case "log-unreadable":
      return note(`the log of ${news.service} cannot be read (${news.errno}): no more of it is shown`);
    case "output-closed":
      return note("nobody reads the output any more: stopping");
  }
}

function note(text: string): readonly Span[] {
  return [span("note: ", "faint"), span(text)];
}
