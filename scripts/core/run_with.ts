import { command } from "../lib/cli/command.ts";
import { endBySignal } from "../lib/cli/end-by-signal.ts";
import { readServicesAndEnvironment } from "../lib/config/read-services-file.ts";
import { exitCodes, userError } from "../lib/diagnostic/user-error.ts";
import { stopFromDisk } from "../lib/orchestrator/stop-from-disk.ts";
import { callerOf } from "../lib/report/next-command.ts";
import { plainReporter } from "../lib/report/plain.ts";
import { notRunText, runningText } from "../lib/report/run-with-text.ts";
import { screenOf } from "../lib/report/screen.ts";
import { startScreen } from "../lib/report/start-screen.ts";
import { stopSummary } from "../lib/report/stop-summary.ts";
import { runWith } from "../lib/session/run-with.ts";
import { findWorkspaceRoot } from "../lib/state/find-root.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";

/** run_with: a command with the services it needs around it; for CI. */
export const main = command({
  summary: "Start what a command needs, run it, and stop what was started",
  positionals: { name: "service", description: "start only these and what they need; default: all" },
  tail: { name: "command", description: "what to run: program and arguments, no shell reads them" },
  options: {
    profile: { type: "string", multiple: true, description: "enable the services of this profile" },
    file: {
      type: "string",
      placeholder: "path",
      description: "the services file; default: services.yaml here or above",
    },
  },
  examples: ["-- npm test", "backend -- npx playwright test"],
  exitCodes: [
    [0, "the command's own exit code; 128 + the number of the signal it died of"],
    [1, "also: nothing that was asked for came up, and the command was not run; or something survived the stop"],
    [2, "also: only some came up, and the command was not run"],
    [126, "the command may not be executed"],
    [127, "there is no such command"],
    [130, "stopped by Ctrl-C"],
  ],
  async run({ args, tail: [program, ...programArguments], options, context }) {
    if (program === undefined) {
      throw userError("USAGE", "There is no command to run", {
        hint: "It follows --, as in: run_with -- npm test.",
        exitCode: exitCodes.usage,
      });
    }
    const argv = [program, ...programArguments] as const;
    const { root, file } = findWorkspaceRoot(context.cwd, options.file);
    const paths = workspacePaths(root);
    // Standard output belongs to the command.
    const { stderr } = context;
    const notes = screenOf(stderr, context.env);
    const screen = startScreen({ ...context, stdout: stderr }, { json: false, stays: true });
    const stopping = plainReporter(notes);
    const { exitCode, signal, report } = await runWith(
      {
        paths,
        version: context.version,
        launcher: context.launcher,
        early: (await context.supervisor) ?? null,
        readServices: () =>
          readServicesAndEnvironment({
            file,
            ambient: context.env,
            profiles: options.profile,
            activate: args,
            cache: context.cache,
          }),
        emit: screen.event,
        onStarted(end) {
          screen.end(end);
          stderr.write(runningText(argv));
        },
        onNotStarted(end) {
          screen.end(end);
          stderr.write(notRunText(argv));
        },
        emitStop: stopping.event,
        stopFromDisk: (stop, emit, force) => stopFromDisk(paths, { ...stop, force }, emit),
        leave(last) {
          screen.close();
          endBySignal(last);
        },
      },
      args,
      options.profile,
      { argv, cwd: context.cwd },
    );
    stopping.close();
    if (report !== null) stderr.write(stopSummary(report, notes, { caller: callerOf(context.env) }));
    if (signal !== null) return endBySignal(signal);
    return exitCode === 0 && report?.ok === false ? 1 : exitCode;
  },
});
