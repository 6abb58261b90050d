import { basename } from "node:path";
import { command } from "../lib/cli/command.ts";
import { recordsFromDisk, statusRows } from "../lib/orchestrator/snapshot.ts";
import { callerOf } from "../lib/report/next-command.ts";
import { screenOf } from "../lib/report/screen.ts";
import { stateReason } from "../lib/report/state-reason.ts";
import { statusDocument, statusExitCode } from "../lib/report/status-document.ts";
import { standingHints } from "../lib/report/standing-hints.ts";
import { statusTable } from "../lib/report/status-table.ts";
import { askStatus, isKept } from "../lib/session/ask-status.ts";
import { hasChanged } from "../lib/state/has-changed.ts";
import { findWorkspaceRoot } from "../lib/state/find-root.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";

/** status: how every service stands, from the live supervisor or from what is on disk. Starts nothing, changes nothing. */
export const main = command({
  summary: "Show how every service stands",
  options: {
    json: { type: "boolean", description: "the state as JSON on stdout" },
    verbose: { type: "boolean", short: "v", description: "logs, exit codes and start times too" },
    file: {
      type: "string",
      placeholder: "path",
      description: "the services file; default: services.yaml here or above",
    },
  },
  examples: ["", "--verbose", "--json"],
  exitCodes: [
    [0, "all that should run is ready"],
    [1, "some is not"],
    [3, "nothing runs"],
  ],
  async run({ options, context }) {
    const { root, file } = findWorkspaceRoot(context.cwd, options.file);
    const paths = workspacePaths(root);
    const standing = await askStatus(paths, context.version, { probe: false, patienceMs: 200 });
    const known = standing.from === "nowhere" ? [] : standing.document.services;
    const rows = await statusRows(isKept(standing) ? known : await recordsFromDisk(paths, known), stateReason);
    const supervisorPid = standing.from === "supervisor" ? standing.pid : null;
    const name = standing.from === "nowhere" ? basename(root) : standing.document.workspace || basename(root);
    if (options.json) {
      context.stdout.write(`${JSON.stringify(statusDocument({ name, root }, supervisorPid, rows), null, 2)}\n`);
      return statusExitCode(rows);
    }
    const hints = standingHints(standing, standing.from !== "nowhere" && hasChanged(file, standing.document));
    const isLiving = rows.some(({ pid }) => pid !== null);
    const isAlone = standing.from === "disk" && !isKept(standing) && isLiving;
    const unsupervisedSince = isAlone ? standing.writtenAt : null;
    const shown = {
      verbose: options.verbose,
      unsupervisedSince,
      hints,
      cwd: context.cwd,
      caller: callerOf(context.env),
    };
    context.stdout.write(statusTable(rows, shown, screenOf(context.stdout, context.env)));
    return statusExitCode(rows);
  },
});
