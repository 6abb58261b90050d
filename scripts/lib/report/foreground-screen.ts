import type { Emit, StartEnd } from "../model/event.ts";
import type { ForegroundEnd, ForegroundNews } from "../model/foreground.ts";
import { jsonReporter } from "./json-lines.ts";
import { listWords } from "./list-words.ts";
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
  let isClient = false;
  let hasJoined = false;
  /** What a client's Ctrl-C stops; null: this start is still under way, or everything. */
  let mine: readonly string[] | null = null;
  const say = (line: readonly Span[]): void =>
    screen.write(`${styledLine(line, { width: Number.POSITIVE_INFINITY, color: screen.color })}\n`);
  return {
    event(next) {
      event(next);
      if (next.type === "operation-joined") hasJoined = true;
      if (next.type === "interrupted" && mine?.length === 0)
        say(note("nothing was started from here: nothing is stopped"));
      else if (next.type === "reload-planned") screen.write(reloadText(next.diff, screen, next));
      else reporter.event(next);
    },
    close: reporter.close,
    tell(news) {
      if (news.kind === "attached") isClient = true;
      if (news.kind === "started") {
        screen.write(startSummary(news.end, screen, { details, cwd, caller, stays: true }));
        if (isClient) mine = hasJoined ? [] : startedNames(news.end);
      }
      say(newsLine(news, mine));
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

function startedNames({ services }: StartEnd): readonly string[] {
  return services.filter(({ unchanged }) => !unchanged).map(({ name }) => name);
}

function newsLine(news: ForegroundNews, mine: readonly string[] | null): readonly Span[] {
  switch (news.kind) {
    case "attached":
      return note("services are up already, or are being started: Ctrl-C stops only what is started from here");
    case "started":
      if (mine === null) return [span("Ctrl-C stops it.", "faint")];
      if (mine.length === 0) return [span("Ctrl-C ends only this view: nothing was started from here.", "faint")];
      return [span(`Ctrl-C stops what was started from here: ${listWords(mine, 5)}.`, "faint")];
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
