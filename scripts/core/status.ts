import { basename } from "node:path";
import { command, type CommandContext } from "../lib/cli/command.ts";
import { endBySignal } from "../lib/cli/end-by-signal.ts";
import { interruption } from "../lib/cli/interruption.ts";
import { typedKeys } from "../lib/cli/typed-keys.ts";
import { recordsFromDisk, statusRows } from "../lib/orchestrator/snapshot.ts";
import { liveStatus } from "../lib/report/live-status.ts";
import { callerOf } from "../lib/report/next-command.ts";
import { canRedraw } from "../lib/report/reporter-for.ts";
import { screenOf } from "../lib/report/screen.ts";
import { stateReason } from "../lib/report/state-reason.ts";
import { statusDocument, statusExitCode } from "../lib/report/status-document.ts";
import { standingHints } from "../lib/report/standing-hints.ts";
import { type StatusScreen, statusLog } from "../lib/report/status-screen.ts";
import { withRetries } from "../lib/report/status-row.ts";
import { statusTable } from "../lib/report/status-table.ts";
import type { StatusView } from "../lib/report/status-view.ts";
import { askStatus, isKept, type Standing } from "../lib/session/ask-status.ts";
import { eachStanding } from "../lib/session/each-standing.ts";
import { observeWorkspace } from "../lib/session/observe-workspace.ts";
import { hasChanged } from "../lib/state/has-changed.ts";
import { findWorkspaceRoot, type WorkspaceRoot } from "../lib/state/find-root.ts";
import { usualStartupMs } from "../lib/state/usual-startup-ms.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";

/** status: how every service stands, from the live supervisor or from what is on disk. Starts nothing, changes nothing. */
export const main = command({
  summary: "Show how every service stands",
  options: {
    watch: { type: "boolean", short: "w", description: "go on showing it as it changes, until q or Ctrl-C" },
    json: { type: "boolean", description: "the state as JSON on stdout; with --watch a line for each change" },
    verbose: { type: "boolean", short: "v", description: "logs, exit codes and start times too" },
    file: {
      type: "string",
      placeholder: "path",
      description: "the services file; default: services.yaml here or above",
    },
  },
  examples: ["", "--verbose", "--watch", "--json"],
  exitCodes: [
    [0, "all that should run is ready; or q ended it"],
    [1, "some is not"],
    [3, "nothing runs"],
    [130, "ended by Ctrl-C"],
  ],
  async run({ options, context, outputClosed }) {
    const found = findWorkspaceRoot(context.cwd, options.file);
    if (options.watch) return watch(found, options, context, outputClosed);
    const paths = workspacePaths(found.root);
    const view = await viewOf(await askStatus(paths, context.version, { probe: false, patienceMs: 200 }), found);
    const shown = { ...view, verbose: options.verbose, cwd: context.cwd, caller: callerOf(context.env) };
    const text = options.json
      ? `${JSON.stringify(statusDocument(view, view.supervisorPid, view.rows), null, 2)}\n`
      : statusTable(view.rows, shown, screenOf(context.stdout, context.env));
    context.stdout.write(text);
    return statusExitCode(view.rows);
  },
});

async function viewOf(standing: Standing, { root, file }: WorkspaceRoot): Promise<StatusView> {
  const known = standing.from === "nowhere" ? [] : standing.document.services;
  const records = isKept(standing) ? known : await recordsFromDisk(workspacePaths(root), known);
  const rows = withRetries(await statusRows(records, stateReason), records);
  const isAlone = standing.from === "disk" && !isKept(standing) && rows.some(({ pid }) => pid !== null);
  return {
    name: standing.from === "nowhere" ? basename(root) : standing.document.workspace || basename(root),
    root,
    supervisorPid: standing.from === "supervisor" ? standing.pid : null,
    rows,
    unsupervisedSince: isAlone ? standing.writtenAt : null,
    hints: standingHints(standing, standing.from !== "nowhere" && hasChanged(file, standing.document)),
  };
}

async function watch(
  found: WorkspaceRoot,
  options: { readonly json: boolean; readonly verbose: boolean },
  { stdout, env, cwd, version }: CommandContext,
  outputClosed: AbortSignal,
): Promise<number> {
  const interrupted = interruption();
  const quit = new AbortController();
  const paths = workspacePaths(found.root);
  const shown = { ...options, env, cwd, caller: callerOf(env), usual: () => usualStartupMs(paths) };
  const isLive = !options.json && canRedraw(stdout, env);
  const keys = isLive ? typedKeys(process.stdin, (key) => key === "q" && quit.abort()) : null;
  const screen: StatusScreen = keys === null ? statusLog(stdout, shown) : liveStatus(stdout, shown, keys);
  try {
    await eachStanding(
      observeWorkspace(paths, version),
      AbortSignal.any([interrupted.signal, outputClosed, quit.signal]),
      async (standing) => screen.show(await viewOf(standing, found)),
    );
  } finally {
    screen.close();
    keys?.close();
  }
  const cause = interrupted.cause();
  return cause === null ? 0 : endBySignal(cause);
}
