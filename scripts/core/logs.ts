import { command } from "../lib/cli/command.ts";
import { endBySignal } from "../lib/cli/end-by-signal.ts";
import { interruption } from "../lib/cli/interruption.ts";
import { drained } from "../lib/cli/output-watch.ts";
import { plainLine } from "../lib/lines/plain-line.ts";
import { prefixLines } from "../lib/lines/prefix-lines.ts";
import { followLog } from "../lib/logs/follow-log.ts";
import { lastLines } from "../lib/logs/last-lines.ts";
import { lastLinesOffset } from "../lib/logs/last-lines-offset.ts";
import { selectLogs, type ServiceLog } from "../lib/logs/select-logs.ts";
import { screenOf } from "../lib/report/screen.ts";
import { findWorkspaceRoot } from "../lib/state/find-root.ts";
import { readState } from "../lib/state/state-file.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";

/** logs: what services wrote, and go on writing. */
export const main = command({
  summary: "Show what services wrote",
  positionals: { name: "service", description: "show only these; default: all" },
  options: {
    lines: { type: "number", short: "n", integer: true, default: 20, description: "how many of each one's last lines" },
    follow: { type: "boolean", short: "f", description: "go on with what they write, until Ctrl-C" },
    file: {
      type: "string",
      placeholder: "path",
      description: "the services file; default: services.yaml here or above",
    },
  },
  examples: ["", "backend -n 200", "-f backend worker"],
  exitCodes: [
    [1, "there is no log to show"],
    [130, "ended by Ctrl-C"],
  ],
  async run({ args, options, context: { stdout, env, cwd }, outputClosed }) {
    const paths = workspacePaths(findWorkspaceRoot(cwd, options.file).root);
    const state = readState(paths);
    const records = state.kind === "found" ? state.document.services.toSorted((a, b) => a.wave - b.wave) : [];
    const recorded = records.map(({ name, log }) => ({ name, file: log }));
    const logs = selectLogs(paths.logs, recorded, args);

    const { color } = screenOf(stdout, env);
    const prefixed = prefixLines(
      logs.map(({ name }) => name),
      { color },
    );
    const alone = (lines: readonly string[]): string => lines.map((line) => `${plainLine(line, color)}\n`).join("");
    const print = async (name: string, lines: readonly string[]): Promise<void> => {
      if (!stdout.write(logs.length > 1 ? prefixed(name, lines) : alone(lines))) await drained(stdout);
    };
    if (!options.follow) {
      for (const { name, file } of logs) await print(name, await lastLines(file, options.lines));
      return 0;
    }
    const interrupted = interruption();
    const signal = AbortSignal.any([interrupted.signal, outputClosed]);
    const followOne = async ({ name, file }: ServiceLog): Promise<void> => {
      const fromOffset = await lastLinesOffset(file, options.lines);
      await followLog({ file, fromOffset, signal, onLines: (lines) => print(name, lines) });
    };
    await Promise.all(logs.map(followOne));
    const cause = interrupted.cause();
    return cause === null ? 0 : endBySignal(cause);
  },
});
