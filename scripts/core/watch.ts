import { join } from "node:path";
import { command, type CommandContext } from "../lib/cli/command.ts";
import { endBySignal } from "../lib/cli/end-by-signal.ts";
import { outlet } from "../lib/cli/outlet.ts";
import { promptedKeys } from "../lib/cli/prompted-keys.ts";
import { readList } from "../lib/cli/read-list.ts";
import { selectionOptions } from "../lib/cli/selection-options.ts";
import { untilInterrupted } from "../lib/cli/until-interrupted.ts";
import { readWorkspace } from "../lib/config/read-workspace.ts";
import { eachLine } from "../lib/lines/each-line.ts";
import { longestLineBytes, multiplex, type Multiplexer } from "../lib/lines/multiplexer.ts";
import { errnoOf } from "../lib/diagnostic/errno-of.ts";
import type { FoundRepository, Repository } from "../lib/model/repository.ts";
import type { WatchEvent, WatchTotals } from "../lib/model/watch-event.ts";
import { isTerminalForeground } from "../lib/process/terminal-foreground.ts";
import { withSchemaVersion } from "../lib/report/log-json.ts";
import { PromptLine } from "../lib/report/prompt-line.ts";
import { canRedraw } from "../lib/report/reporter-for.ts";
import { journalText, reapedText } from "../lib/report/run-notes.ts";
import { screenOf } from "../lib/report/screen.ts";
import { selectionNotes } from "../lib/report/selection-notes.ts";
import { visibleName } from "../lib/report/visible-name.ts";
import { beginJson, droppedJson, endJson, lineJson, watchJson } from "../lib/report/watch-json.ts";
import * as notes from "../lib/report/watch-notes.ts";
import { watchReporter } from "../lib/report/watch-reporter.ts";
import { measuredText, recommendedWatches, tooManyText, usageText } from "../lib/report/watch-usage-text.ts";
import { onInterrupt } from "../lib/session/on-interrupt.ts";
import { findServicesFile } from "../lib/state/find-root.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";
import { commandEnvironment } from "../lib/workspace/command-environment.ts";
import { commandFor, composeArgv, needsBranch, placeholderValues } from "../lib/workspace/compose-command.ts";
import { openCommands } from "../lib/workspace/open-commands.ts";
import { openSelection } from "../lib/workspace/open-selection.ts";
import { requestedCommand } from "../lib/workspace/requested-command.ts";
import { type Watch, watchEach, type WatchOptions, type WatchOutput } from "../lib/workspace/watch-each.ts";
import { watchLogFile } from "../lib/workspace/watch-log.ts";
import { watchUsage } from "../lib/workspace/watch-usage.ts";

/** watch: one command that goes on for ever in many repositories, all at once, in one terminal. */
export const main = command({
  summary: "Run a command that goes on, in many repositories at once",
  positionals: {
    name: "command",
    description: "a command that services.yaml declares, then arguments; default: watch",
  },
  tail: { name: "program", description: "what to run, no shell reads it; behind a declared command: arguments for it" },
  options: {
    ...selectionOptions,
    allowEmpty: { type: "boolean", description: "no repository selected is no mistake" },
    json: { type: "boolean", description: "events and lines as NDJSON on stdout" },
  },
  examples: ["", "-g web", "-r 'backend/*' -x backend/legacy", "dev -t 'frontend && !legacy'", "-- npx tsc --watch"],
  exitCodes: [
    [0, "stopped, and all were alive until then"],
    [1, "none ever started"],
    [2, "some never started, or had died when it ended, or could not be stopped"],
    [64, "the command line is wrong, or no repository is selected; nothing was begun"],
    [78, "services.yaml is wrong, or a repository lies where none may; nothing was begun"],
  ],
  async run({ args, tail, options, context, outputClosed }) {
    const { stderr, env, cwd, cache } = context;
    const file = findServicesFile(cwd, options.file);
    const read = await readWorkspace({ file, cwd, ambient: env, cache });
    const { workspace } = read;
    const paths = workspacePaths(read.root);
    const asked = args.length === 0 && tail.length === 0 ? ["watch"] : args;
    const { request } = requestedCommand({ args: asked, tail, isShell: false }, null);
    const { argv, environment, restart, maxRestarts } = commandFor(request, workspace);
    const { repositories, states } = await untilInterrupted((signal) =>
      openSelection(read, options, {
        cwd,
        ambient: env,
        among: null,
        allowsNone: options.allowEmpty,
        wantsStates: needsBranch(request, workspace),
        readList: (source) => readList("--repos-from", source, cwd, signal),
        signal,
        say: selectionNotes(screenOf(stderr, env)),
      }),
    );
    if (repositories.length === 0) return 0;
    const valuesOf = placeholderValues(states, request.name === null ? [] : request.args);
    const environmentOf = commandEnvironment(env, environment);
    const compose = (repository: FoundRepository, index: number) => ({
      argv: composeArgv(argv, valuesOf(repository, index)),
      environment: environmentOf(repository),
    });
    const commands = await openCommands(paths, (errno) => stderr.write(journalText(errno)));
    stderr.write(reapedText(commands.reaped));
    try {
      const logs = join(paths.logs, "watch");
      const graceMs = workspace.run.killGraceMs;
      const watching = { ...commands, compose, restart, maxRestarts, graceMs, logs };
      const { exitCode } = await watchUntilStopped(repositories, watching, options.json, context, outputClosed);
      return exitCode;
    } finally {
      commands.close();
    }
  },
});

/** Until Ctrl-C, q, the end of whoever reads, or of all that was watched. */
async function watchUntilStopped(
  repositories: readonly Repository[],
  watching: Omit<WatchOptions, "output" | "emit">,
  isJson: boolean,
  context: CommandContext,
  outputClosed: AbortSignal,
): Promise<WatchTotals> {
  const hasKeys = !isJson && process.stdin.isTTY && canRedraw(context.stdout, context.env) && isTerminalForeground();
  const screen = isJson ? jsonScreen(context) : textScreen(repositories, watching.logs, hasKeys, context);
  const force = new AbortController();
  let isStopping = false;
  /** Twice: without grace. */
  const stop = (): void => {
    if (isStopping) {
      if (!force.signal.aborted) screen.say(notes.killingText);
      force.abort();
    }
    isStopping = true;
    void watch.stop(force.signal);
  };

  screen.begin(repositories);
  const watch = watchEach(repositories, {
    ...watching,
    output: screen.output,
    emit(event) {
      screen.event(event);
      if (event.type === "watch-settled" && event.total > recommendedWatches && !isJson) {
        void watchUsage(watch.handles).then(
          (usages) => isStopping || screen.say(measuredText(usages)),
          (error: unknown) => screen.say(notes.unmeasuredText(errnoOf(error))),
        );
      }
    },
  });
  const keys = hasKeys ? readKeys(watch, screen, stop, context) : null;
  const uninterrupted = onInterrupt({
    hangUp: true,
    interrupt: stop,
    leave(signal) {
      keys?.close();
      endBySignal(signal);
    },
    say: () => {},
  });
  outputClosed.addEventListener("abort", () => isStopping || stop());
  const totals = await watch.ended;
  keys?.close();
  await screen.end(totals, isStopping);
  uninterrupted();
  return totals;
}

function readKeys(watch: Watch, screen: WatchScreen, stop: () => void, { stdout, env }: CommandContext) {
  const names = watch.handles.map(({ repository }) => repository.name);
  return promptedKeys(process.stdin, {
    promptKey: "r",
    words: names.map(visibleName),
    onTyping: screen.prompt,
    onLine(text) {
      const handle = watch.handles.find(({ repository: { name } }) => name === text || visibleName(name) === text);
      if (handle === undefined) return screen.say(notes.unknownWatchText(text, names));
      screen.say(notes.restartingText(handle.repository.name));
      void handle.restart();
    },
    onKey(key) {
      if (key === "q") stop();
      if (key === "s") {
        void watchUsage(watch.handles).then(
          (usages) => screen.say(usageText(usages, screenOf(stdout, env))),
          (error: unknown) => screen.say(notes.unmeasuredText(errnoOf(error))),
        );
      }
    },
  });
}

interface WatchScreen {
  readonly begin: (repositories: readonly Repository[]) => void;
  readonly event: (event: WatchEvent) => void;
  readonly output: (repository: Repository) => WatchOutput;
  /** Whole lines, for people only. */
  readonly say: (text: string) => void;
  /** What is typed at the bottom; null: nothing. */
  readonly prompt: (typed: string | null) => void;
  /** Resolves when everything is written. */
  readonly end: (totals: WatchTotals, wasStopped: boolean) => Promise<void>;
}

function textScreen(
  repositories: readonly Repository[],
  logs: string,
  hasKeys: boolean,
  { stdout, env, cwd }: CommandContext,
): WatchScreen {
  const write = outlet(stdout);
  const { color } = screenOf(stdout, env);
  const promptLine = new PromptLine(notes.restartQuestion, stdout);
  const folders = new Map(repositories.map(({ name, path }) => [name, path]));
  const logOf = (name: string): string => watchLogFile(logs, name);
  const logsShown = new Map(repositories.map(({ name }) => [visibleName(name), logOf(name)]));
  const screen = multiplex({
    write: (bytes) => write(promptLine.above(bytes)),
    color,
    longestLineBytes: longestLineBytes[stdout.isTTY ? "terminal" : "pipe"],
    names: [...logsShown.keys()],
    prefix: "brackets",
    dropped: (lines, name) => notes.droppedText(lines, logsShown.get(name) ?? logs, cwd),
  });
  const folderOf = (name: string): string => folders.get(name) ?? "";
  const reporter = watchReporter({ color, cwd, logOf, folderOf, hasKeys }, screen.say);
  return {
    begin({ length }) {
      screen.say(tooManyText(length) + notes.beginningText(length));
    },
    event: reporter.event,
    output: ({ name }) => outputOf(() => screen.source(visibleName(name))),
    say: screen.say,
    prompt: (typed) => void write(promptLine.show(typed)),
    async end(totals, wasStopped) {
      reporter.close();
      screen.say(notes.watchEndText(totals, wasStopped));
      await screen.written();
    },
  };
}

function jsonScreen({ stdout, stderr }: CommandContext): WatchScreen {
  const versioned = withSchemaVersion();
  const screen = multiplex({
    write: outlet(stdout),
    color: false,
    longestLineBytes: longestLineBytes.pipe,
    names: null,
    dropped: (lines, name) => droppedJson(name, lines, Date.now()),
  });
  const say = (json: string): void => screen.say(`${versioned(json)}\n`);
  return {
    begin(repositories) {
      stderr.write(tooManyText(repositories.length));
      say(beginJson(repositories, Date.now()));
    },
    event: (event) => say(watchJson(event, Date.now())),
    output: ({ name }) =>
      outputOf(() =>
        screen.source(name, (sink) =>
          eachLine((line, isContinued) =>
            sink.piece(Buffer.from(lineJson(name, line.toString(), Date.now(), isContinued)), false),
          ),
        ),
      ),
    say: () => {},
    prompt: () => {},
    async end(totals) {
      say(endJson(totals, Date.now()));
      await screen.written();
    },
  };
}

/** Of stdout and stderr, each with lines of its own. */
function outputOf(source: () => ReturnType<Multiplexer["source"]>): WatchOutput {
  const sources = [source(), source()] as const;
  return {
    push: (bytes, stream) => void sources[stream].push(bytes),
    end() {
      for (const one of sources) one.end();
    },
  };
}
