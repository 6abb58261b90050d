import { command } from "../lib/cli/command.ts";
import { endBySignal } from "../lib/cli/end-by-signal.ts";
import { readKillSettings } from "../lib/config/kill-settings.ts";
import { stopFromDisk } from "../lib/orchestrator/stop-from-disk.ts";
import { callerOf } from "../lib/report/next-command.ts";
import { reporterFor } from "../lib/report/reporter-for.ts";
import { screenOf } from "../lib/report/screen.ts";
import { stopSummary } from "../lib/report/stop-summary.ts";
import { onInterrupt } from "../lib/session/on-interrupt.ts";
import { requestStop } from "../lib/session/request-stop.ts";
import { findWorkspaceRoot } from "../lib/state/find-root.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";

/** stop: one parallel kill of everything, verified. */
export const main = command({
  summary: "Stop every service at once and make sure that nothing is left",
  positionals: { name: "service", description: "stop only these and what depends on them; default: all" },
  options: {
    force: { type: "boolean", description: "SIGKILL at once" },
    timeout: {
      type: "number",
      placeholder: "seconds",
      description: "caps every service's grace period; default: PARALLEL_KILL_TIMEOUT where set",
    },
    ordered: { type: "boolean", description: "one by one, dependents first" },
    json: { type: "boolean", description: "the report as JSON on stdout" },
    file: {
      type: "string",
      placeholder: "path",
      description: "the services file; default: services.yaml here or above",
    },
  },
  examples: ["", "worker", "--timeout 5", "--force"],
  exitCodes: [
    [0, "nothing is left, or nothing ran"],
    [1, "something survived; it is named"],
  ],
  async run({ args, options, context }) {
    const { root } = findWorkspaceRoot(context.cwd, options.file);
    const paths = workspacePaths(root);
    const settings = readKillSettings(root, context.env);
    const force = new AbortController();
    if (options.force) force.abort();
    const reporter = options.json ? { event: () => {}, close: () => {} } : reporterFor(context.stderr, context.env);
    let interrupt: (level: 1 | 2) => void = () => force.abort();
    const release = onInterrupt({
      interrupt: (level) => (level === 1 ? interrupt(2) : leave("SIGINT")),
      leave,
      say: (presses) => reporter.event({ type: "interrupted", at: Date.now(), presses: presses === 1 ? 2 : 3 }),
    });
    function leave(signal: NodeJS.Signals): void {
      reporter.close();
      endBySignal(signal);
    }
    const request = {
      kind: "stop" as const,
      services: args,
      force: options.force,
      timeoutMs: options.timeout === null ? settings.timeoutMs : options.timeout * 1_000,
      ordered: options.ordered || !settings.parallel,
    };
    const report = await requestStop(
      {
        paths,
        version: context.version,
        onChannel(channel) {
          interrupt = (level) => channel.interrupt(level);
          // A Ctrl-C that came before there was anybody to tell.
          if (force.signal.aborted && !options.force) setImmediate(() => channel.interrupt(2));
        },
        stopFromDisk: (disk, emit) => stopFromDisk(paths, { ...disk, force: force.signal }, emit),
      },
      request,
      reporter.event,
    );
    release();
    reporter.close();
    const text = options.json
      ? `${JSON.stringify({ schemaVersion: 1, ...report })}\n`
      : stopSummary(report, screenOf(context.stdout, context.env), { caller: callerOf(context.env), asked: args });
    context.stdout.write(text);
    return report.ok ? 0 : 1;
  },
});
