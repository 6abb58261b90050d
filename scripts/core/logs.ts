import { command } from "../lib/cli/command.ts";
import { endBySignal } from "../lib/cli/end-by-signal.ts";
import { interruption } from "../lib/cli/interruption.ts";
import { parseSince } from "../lib/config/parse-since.ts";
import { eachLine } from "../lib/lines/each-line.ts";
import { LatestLines } from "../lib/lines/latest-lines.ts";
import type { LineSink } from "../lib/lines/line-sink.ts";
import { linePattern, matchingLines, seenOf } from "../lib/lines/matching-lines.ts";
import { longestLineBytes, multiplex } from "../lib/lines/multiplexer.ts";
import { selectLogs } from "../lib/logs/select-logs.ts";
import { showLogs } from "../lib/logs/show-logs.ts";
import { logJson, withSchemaVersion } from "../lib/report/log-json.ts";
import { futureNote, gapNote, timesUnknownNote } from "../lib/report/log-notes.ts";
import { screenOf } from "../lib/report/screen.ts";
import { findWorkspaceRoot } from "../lib/state/find-root.ts";
import { readState } from "../lib/state/state-file.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";

/** Without --lines and --since, so many of each service. */
const fewLines = 20;

/** logs: what services wrote, and go on writing. */
export const main = command({
  summary: "Show what services wrote",
  positionals: { name: "service", description: "show only these; default: all" },
  options: {
    lines: {
      type: "number",
      short: "n",
      integer: true,
      description: "how many of each one's last lines; default: 20, with --since all",
    },
    follow: { type: "boolean", short: "f", description: "go on with what they write, until Ctrl-C" },
    since: {
      type: "string",
      placeholder: "when",
      description: "only what was written since: 90s, 10m, 1h30m, or a time",
    },
    grep: {
      type: "string",
      placeholder: "regex",
      description: "only lines that match; with --lines, the last of these",
    },
    json: { type: "boolean", description: "a JSON object a line" },
    file: {
      type: "string",
      placeholder: "path",
      description: "the services file; default: services.yaml here or above",
    },
  },
  examples: [
    "",
    "backend -n 200",
    "-f backend worker",
    "--since 10m --grep 'error|warn'",
    "--since 2026-11-25T14:30 --json",
  ],
  exitCodes: [
    [1, "there is no log to show"],
    [130, "ended by Ctrl-C"],
  ],
  async run({ args, options, context: { stdout, stderr, env, cwd }, outputClosed }) {
    const now = Date.now();
    const since = options.since === null ? null : parseSince(options.since, now);
    const pattern = options.grep === null ? null : linePattern("--grep", options.grep);
    const lines = options.lines ?? (since === null ? fewLines : null);
    const paths = workspacePaths(findWorkspaceRoot(cwd, options.file).root);
    const state = readState(paths);
    const records = state.kind === "found" ? state.document.services.toSorted((a, b) => a.wave - b.wave) : [];
    const recorded = records.map(({ name, log }) => ({ name, file: log }));
    const logs = selectLogs(paths.logs, recorded, args);

    if (since !== null && since > now) stderr.write(futureNote(since, now));
    const screen = multiplex({
      write: (bytes) => new Promise((resolve) => void stdout.write(bytes, () => resolve())),
      color: !options.json && screenOf(stdout, env).color,
      longestLineBytes: stdout.isTTY ? longestLineBytes.terminal : longestLineBytes.pipe,
      names: logs.length > 1 && !options.json ? logs.map(({ name }) => name) : null,
      showsBegun: options.follow,
    });
    // Which are the last that match is known at the end only.
    const latest = pattern === null || lines === null ? null : new LatestLines(lines);
    const versioned = withSchemaVersion();
    const asJson = (name: string, at: () => number | null, sink: LineSink): LineSink =>
      eachLine((line, isContinued) =>
        sink.piece(Buffer.from(logJson(name, seenOf(line), { at: at(), isContinued })), false),
      );
    const around = (name: string, at: () => number | null, written: LineSink): LineSink => {
      let sink = options.json
        ? eachLine((json) => written.piece(Buffer.from(versioned(json.toString())), false))
        : written;
      if (latest) sink = latest.source(sink, at);
      if (options.json) sink = asJson(name, at, sink);
      return pattern ? matchingLines(pattern, sink) : sink;
    };
    const interrupted = options.follow ? interruption() : null;
    await showLogs({
      logs,
      stateFolder: paths.state,
      lines: latest ? null : lines,
      since,
      follow: interrupted && AbortSignal.any([interrupted.signal, outputClosed]),
      output: (name, at) => screen.source(name, (sink) => around(name, at, sink)),
      onPresent() {
        latest?.release();
        void screen.written();
      },
      onTimesUnknown: (service) => void stderr.write(timesUnknownNote(service)),
      onGap: (service, bytes) => void stderr.write(gapNote(service, bytes)),
    });
    await screen.written();
    const cause = interrupted?.cause() ?? null;
    return cause === null ? 0 : endBySignal(cause);
  },
});
