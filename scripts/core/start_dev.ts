import { join } from "node:path";
import { command } from "../lib/cli/command.ts";
import { endBySignal } from "../lib/cli/end-by-signal.ts";
import { interruption } from "../lib/cli/interruption.ts";
import { outlet } from "../lib/cli/outlet.ts";
import { showFailure } from "../lib/cli/show-failure.ts";
import { readServicesFile } from "../lib/config/read-services-file.ts";
import { expectedStartMs } from "../lib/model/expected-start-ms.ts";
import { stopFromDisk } from "../lib/orchestrator/stop-from-disk.ts";
import { userError } from "../lib/diagnostic/user-error.ts";
import { foregroundScreen } from "../lib/report/foreground-screen.ts";
import { longestLineBytes } from "../lib/lines/multiplexer.ts";
import type { Plan } from "../lib/report/plan.ts";
import { planDocument } from "../lib/report/plan-document.ts";
import { planText } from "../lib/report/plan-text.ts";
import { screenOf } from "../lib/report/screen.ts";
import { reloadScreen } from "../lib/report/reload-screen.ts";
import { watchingText } from "../lib/report/reload-text.ts";
import { type StartScreen, startScreen } from "../lib/report/start-screen.ts";
import { followLogs } from "../lib/session/follow-logs.ts";
import { keepInLine } from "../lib/session/keep-in-line.ts";
import { startServices } from "../lib/session/start-services.ts";
import { stayInForeground } from "../lib/session/stay-in-foreground.ts";
import { findWorkspaceRoot } from "../lib/state/find-root.ts";
import { type Stamps, stampsOf } from "../lib/state/until-changed.ts";
import { usualStartupMs } from "../lib/state/usual-startup-ms.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";

/** start_dev: starts the services of services.yaml, wave by wave. */
export const main = command({
  summary: "Start every service, in waves",
  positionals: { name: "service", description: "start only these and what they need; default: all" },
  options: {
    strategy: {
      type: "string",
      choices: ["waves", "eager"],
      description:
        "waves: each wave is settled before the next begins; eager: each service as soon as its own dependencies are",
    },
    noDeps: { type: "boolean", description: "start only the named services, not what they depend on" },
    failFast: { type: "boolean", description: "end at the first failure; what is still starting is stopped" },
    fresh: { type: "boolean", description: "kill everything that runs first" },
    profile: { type: "string", multiple: true, description: "enable the services of this profile" },
    watchConfig: {
      type: "boolean",
      description: "stay, and apply services.yaml and env files whenever they are saved, as reload does",
    },
    foreground: {
      type: "boolean",
      description: "stay: show what services write, and stop everything at Ctrl-C; ends when all of them have ended",
    },
    exitCodeFrom: {
      type: "string",
      placeholder: "service",
      description: "--foreground, until this service ends; then stop the rest and end with its exit code",
    },
    plan: { type: "boolean", description: "show waves, ports and commands; start nothing" },
    json: { type: "boolean", description: "events as NDJSON on stdout" },
    file: {
      type: "string",
      placeholder: "path",
      description: "the services file; default: services.yaml here or above",
    },
  },
  examples: ["", "backend worker", "--strategy eager", "--plan", "--foreground", "--exit-code-from tests"],
  exitCodes: [
    [0, "all are ready or completed; with --foreground: all have ended well"],
    [1, "none of what was asked for is"],
    [2, "some are"],
    [130, "stopped by Ctrl-C: what this command started is stopped"],
  ],
  async run({ args, options, context, outputClosed }) {
    const { root, file } = findWorkspaceRoot(context.cwd, options.file);
    if (options.plan) {
      const plan = await readPlan(file, args, options, context.env);
      const screen = screenOf(context.stdout, context.env);
      context.stdout.write(options.json ? `${JSON.stringify(planDocument(plan), null, 2)}\n` : planText(plan, screen));
      return 0;
    }
    const { exitCodeFrom, profile: profiles } = options;
    let asRead: Stamps = new Map();
    const paths = workspacePaths(root);
    const conversation = {
      paths,
      version: context.version,
      launcher: context.launcher,
      async readServices() {
        const activate = exitCodeFrom === null ? args : [...args, exitCodeFrom];
        // Before they are read: a save in between is still to be seen.
        const before = stampsOf([file, join(root, ".env"), ...asRead.keys()]);
        const read = await readServicesFile({ file, ambient: context.env, profiles, activate, cache: context.cache });
        asRead = stampsOf(read.sources, before);
        return read;
      },
    };
    const request = {
      kind: "start",
      services: args,
      strategy: options.strategy,
      noDependencies: options.noDeps,
      failFast: options.failFast,
      fresh: options.fresh,
      profiles,
    } as const;
    /** Until the signal is aborted. */
    const watchConfig = (signal: AbortSignal, makeScreen: () => StartScreen, open?: () => never): Promise<void> =>
      keepInLine({
        asRead: () => asRead,
        signal,
        onMistake: (mistake) => void (signal.aborted || showFailure(mistake, context, options.json)),
        async reload() {
          const next = makeScreen();
          const asked = { ...conversation, early: null, open, until: signal, emit: next.event, leave: leaving(next) };
          next.end((await startServices(asked, { kind: "reload", profiles, dryRun: false })).end);
        },
      });

    if (options.foreground || exitCodeFrom !== null) {
      const { color } = screenOf(context.stdout, context.env);
      const write = outlet(context.stdout);
      const writeNotes = outlet(context.stderr);
      const usual = usualStartupMs(paths);
      const screen = foregroundScreen(context, { json: options.json, usual, write: (text) => void writeNotes(text) });
      const longest = longestLineBytes[context.stdout.isTTY ? "terminal" : "pipe"];
      const logsOf = (names: readonly string[]) =>
        followLogs({
          paths,
          names,
          color,
          longestLineBytes: longest,
          write,
          onUnreadable: (service, errno) => screen.tell({ kind: "log-unreadable", service, errno }),
        });
      const end = await stayInForeground(
        {
          ...conversation,
          host: context.hostSupervisor,
          showLogs: options.json ? null : logsOf,
          emit: screen.event,
          tell: screen.tell,
          // What a reload does is told to everybody who follows.
          whileUp: options.watchConfig ? (signal) => watchConfig(signal, () => silentScreen, noOther) : null,
          stopFromDisk: (stop, emit, force) => stopFromDisk(paths, { ...stop, force }, emit),
          outputClosed,
          leave: leaving(screen),
        },
        { ...request, exitCodeFrom },
      );
      screen.end(end);
      await writeNotes("");
      return end.signal === null ? end.exitCode : endBySignal(end.signal);
    }

    const screen = startScreen(context, { ...options, usual: usualStartupMs(paths) });
    const early = (await context.supervisor) ?? null;
    const { end, signal } = await startServices(
      { ...conversation, early, emit: screen.event, leave: leaving(screen) },
      request,
    );
    screen.end(end);
    if (end.exitCode === 130) endBySignal(signal ?? "SIGINT");
    if (!options.watchConfig || end.exitCode === 130) return end.exitCode;
    const interrupted = interruption();
    context.stderr.write(watchingText);
    await watchConfig(interrupted.signal, () => reloadScreen(context, options));
    return endBySignal(interrupted.cause() ?? "SIGINT");
  },
});

/** What is reloaded in the foreground runs, or else there is nothing to reload. */
function noOther(): never {
  throw userError("SUPERVISOR_FAILED", "The supervisor has ended: there is nothing to reload", { exitCode: 1 });
}

const silentScreen: StartScreen = { event: () => {}, close: () => {}, end: () => {} };

/** The third Ctrl-C: the terminal is left as it was. */
function leaving(screen: Pick<StartScreen, "close">): (signal: NodeJS.Signals) => void {
  return (signal) => {
    screen.close();
    endBySignal(signal);
  };
}

/** What a start would do. */
async function readPlan(
  file: string,
  services: readonly string[],
  options: {
    readonly strategy: "waves" | "eager" | null;
    readonly noDeps: boolean;
    readonly profile: readonly string[];
  },
  ambient: NodeJS.ProcessEnv,
): Promise<Plan> {
  const { planOf } = await import("../lib/orchestrator/start-operation.ts");
  const read = await readServicesFile({ file, ambient, profiles: options.profile, activate: services });
  const dependencies = options.noDeps ? "ignore" : "start";
  const request = { services, strategy: options.strategy, dependencies, failFast: false } as const;
  const { strategy, waves } = await planOf(read, request);
  const usual = usualStartupMs(workspacePaths(read.root));
  const specs = waves.flatMap((wave) => wave.services);
  const order = {
    strategy,
    waves: waves.map((wave) => wave.services.map(({ name }) => name)),
    waitsFor: Object.fromEntries(specs.map(({ name, dependsOn }) => [name, dependsOn.map(({ service }) => service)])),
  };
  const expectedMs = expectedStartMs(order, (name) => usual.get(name) ?? null);
  return { workspace: read.name, root: read.root, strategy, waves, usual, expectedMs, offByProfile: read.offByProfile };
}
