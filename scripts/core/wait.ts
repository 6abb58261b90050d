import { command } from "../lib/cli/command.ts";
import { UserError } from "../lib/diagnostic/user-error.ts";
import { recordsFromDisk } from "../lib/orchestrator/snapshot.ts";
import { callerOf } from "../lib/report/next-command.ts";
import { screenOf } from "../lib/report/screen.ts";
import { silenceLine, waitDocument, waitExitCodes, waitSummary } from "../lib/report/wait-summary.ts";
import { awaitServices } from "../lib/session/await-services.ts";
import { findWorkspaceRoot } from "../lib/state/find-root.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";

/** wait: for scripts; ends when services are ready, or will not be. Starts nothing, changes nothing. */
export const main = command({
  summary: "Wait until services are ready, for scripts",
  positionals: { name: "service", description: "wait for these only; default: all that were started" },
  options: {
    timeout: {
      type: "number",
      placeholder: "seconds",
      default: 60,
      positive: true,
      description: "how long to wait, also for somebody to start them",
    },
    json: { type: "boolean", description: "how it ended as JSON on stdout" },
    file: {
      type: "string",
      placeholder: "path",
      description: "the services file; default: services.yaml here or above",
    },
  },
  examples: ["", "db backend --timeout 10", "--json"],
  exitCodes: [
    [0, "all are ready or completed"],
    [1, "one is not, and will not be: it failed, was skipped or was stopped"],
    [3, "the time is up, and nothing runs"],
    [124, "the time is up, and some are not ready"],
  ],
  async run({ args, options, context }) {
    const { root, file } = findWorkspaceRoot(context.cwd, options.file);
    const paths = workspacePaths(root);
    const timeoutMs = options.timeout * 1_000;
    const end = await awaitServices({
      paths,
      version: context.version,
      names: [...new Set(args)],
      timeoutMs,
      correct: (records) => recordsFromDisk(paths, records),
      namesInFile: () => namesInFile(file, context.env),
      onSilence: () => context.stderr.write(silenceLine(screenOf(context.stderr, context.env))),
    });
    const stream = end.kind === "ready" ? context.stdout : context.stderr;
    const shown = { timeoutMs, caller: callerOf(context.env) };
    if (options.json) context.stdout.write(`${JSON.stringify(waitDocument(end))}\n`);
    else stream.write(waitSummary(end, shown, screenOf(stream, context.env)));
    return waitExitCodes[end.kind];
  },
});

/** Off by profile or not. null: the file has mistakes, which are the start's to tell. */
async function namesInFile(file: string, ambient: NodeJS.ProcessEnv): Promise<readonly string[] | null> {
  const { readServicesFile } = await import("../lib/config/read-services-file.ts");
  try {
    const { services, offByProfile } = await readServicesFile({ file, ambient, profiles: ["*"] });
    return [...services, ...offByProfile].map(({ name }) => name);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
