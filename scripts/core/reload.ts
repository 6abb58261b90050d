import { command } from "../lib/cli/command.ts";
import { endBySignal } from "../lib/cli/end-by-signal.ts";
import { readServicesFile } from "../lib/config/read-services-file.ts";
import { recordsFromDisk } from "../lib/orchestrator/snapshot.ts";
import { callerOf } from "../lib/report/next-command.ts";
import { reloadScreen } from "../lib/report/reload-screen.ts";
import { nothingRunsText } from "../lib/report/reload-text.ts";
import { askStatus } from "../lib/session/ask-status.ts";
import { startServices } from "../lib/session/start-services.ts";
import { findWorkspaceRoot } from "../lib/state/find-root.ts";
import { usualStartupMs } from "../lib/state/usual-startup-ms.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";

/** reload: brings what runs into line with services.yaml and .env as they are now. */
export const main = command({
  summary: "Apply what changed in services.yaml: only that is restarted",
  options: {
    plan: { type: "boolean", description: "show what would change; do nothing" },
    profile: {
      type: "string",
      multiple: true,
      description: "enable the services of this profile; default: as at the start",
    },
    json: { type: "boolean", description: "events as NDJSON on stdout" },
    file: {
      type: "string",
      placeholder: "path",
      description: "the services file; default: services.yaml here or above",
    },
  },
  examples: ["", "--plan"],
  exitCodes: [
    [0, "what changed is ready or completed, or nothing changed"],
    [1, "nothing of what changed is ready"],
    [2, "some of it is"],
    [3, "nothing runs: there is nothing to reload"],
    [130, "stopped by Ctrl-C: what this command started is stopped"],
  ],
  async run({ options, context }) {
    const { root, file } = findWorkspaceRoot(context.cwd, options.file);
    const paths = workspacePaths(root);
    const standing = await askStatus(paths, context.version, { probe: false, patienceMs: 500 });
    const known = standing.from === "nowhere" ? [] : standing.document.services;
    const rows = standing.from === "supervisor" ? known : await recordsFromDisk(paths, known);
    if (standing.from !== "supervisor" && !rows.some(({ state }) => "pid" in state && state.pid !== null)) {
      context.stderr.write(nothingRunsText(callerOf(context.env)));
      return 3;
    }
    const started = standing.from === "nowhere" ? [] : standing.document.profiles;
    const isAsBefore = options.profile.length === 0;
    const profiles = isAsBefore ? started : options.profile;
    // Services that were started by name are on, whatever their profiles.
    const activate = isAsBefore ? rows.map(({ name }) => name) : [];
    const screen = reloadScreen(context, { ...options, usual: usualStartupMs(paths) });
    const { end, signal } = await startServices(
      {
        paths,
        version: context.version,
        launcher: context.launcher,
        early: null,
        readServices: () => readServicesFile({ file, ambient: context.env, profiles, activate, cache: context.cache }),
        emit: screen.event,
        leave(last) {
          screen.close();
          endBySignal(last);
        },
      },
      { kind: "reload", profiles, dryRun: options.plan },
    );
    screen.end(end);
    if (end.exitCode === 130) endBySignal(signal ?? "SIGINT");
    return end.exitCode;
  },
});
