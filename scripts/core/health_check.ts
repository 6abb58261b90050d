import { basename } from "node:path";
import { command } from "../lib/cli/command.ts";
import { assertKnownServices } from "../lib/diagnostic/assert-known-services.ts";
import { recordsFromDisk, statusRows } from "../lib/orchestrator/snapshot.ts";
import { healthTable } from "../lib/report/health-table.ts";
import { screenOf } from "../lib/report/screen.ts";
import { stateReason } from "../lib/report/state-reason.ts";
import { statusDocument, statusExitCode } from "../lib/report/status-document.ts";
import { withRetries } from "../lib/report/status-row.ts";
import { askStatus } from "../lib/session/ask-status.ts";
import { findWorkspaceRoot } from "../lib/state/find-root.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";

/** health_check: asks every service's health now and says what it answered. */
export const main = command({
  summary: "Ask every service's health now",
  positionals: { name: "service", description: "ask only these; default: all" },
  options: {
    json: { type: "boolean", description: "the answers as JSON on stdout" },
    file: {
      type: "string",
      placeholder: "path",
      description: "the services file; default: services.yaml here or above",
    },
  },
  examples: ["", "backend worker", "--json"],
  exitCodes: [
    [0, "all are healthy"],
    [1, "some are not"],
    [3, "nothing runs"],
  ],
  async run({ args, options, context }) {
    const { root } = findWorkspaceRoot(context.cwd, options.file);
    const paths = workspacePaths(root);
    const standing = await askStatus(paths, context.version, { probe: true, patienceMs: 500 });
    const known = standing.from === "nowhere" ? [] : standing.document.services;
    const records = standing.from === "supervisor" ? known : await recordsFromDisk(paths, known);
    assertKnownServices(
      args,
      records.map(({ name }) => name),
    );
    const asked = records.filter(({ name }) => args.length === 0 || args.includes(name));
    const rows = withRetries(await statusRows(asked, stateReason), asked);
    const supervisorPid = standing.from === "supervisor" ? standing.pid : null;
    const text = options.json
      ? `${JSON.stringify(statusDocument({ name: basename(root), root }, supervisorPid, rows), null, 2)}\n`
      : healthTable(rows, screenOf(context.stdout, context.env));
    context.stdout.write(text);
    // What was answered now counts, not what the supervisor makes of it after so many answers.
    const isSick = rows.some(({ healthcheck }) => healthcheck?.ok === false);
    return isSick ? 1 : statusExitCode(rows);
  },
});
