import { command } from "../lib/cli/command.ts";
import { endBySignal } from "../lib/cli/end-by-signal.ts";
import { interruption } from "../lib/cli/interruption.ts";
import { showFailure } from "../lib/cli/show-failure.ts";
import { readServicesFile } from "../lib/config/read-services-file.ts";
import { expectedStartMs } from "../lib/model/expected-start-ms.ts";
import type { Plan } from "../lib/report/plan.ts";
import { planDocument } from "../lib/report/plan-document.ts";
import { planText } from "../lib/report/plan-text.ts";
import { screenOf } from "../lib/report/screen.ts";
import { reloadScreen } from "../lib/report/reload-screen.ts";
import { watchingText } from "../lib/report/reload-text.ts";
import { type StartScreen, startScreen } from "../lib/report/start-screen.ts";
import { keepInLine } from "../lib/session/keep-in-line.ts";
import { startServices } from "../lib/session/start-services.ts";
import { findWorkspaceRoot } from "../lib/state/find-root.ts";
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
    plan: { type: "boolean", description: "show waves, ports and commands; start nothing" },
    json: { type: "boolean", description: "events as NDJSON on stdout" },
    file: {
      type: "string",
      placeholder: "path",
      description: "the services file; default: services.yaml here or above",
    },
  },
  examples: ["", "backend worker", "--strategy eager", "--plan"],
  exitCodes: [
    [0, "all are ready or completed"],
    [1, "none of what was asked for is"],
    [2, "some are"],
    [130, "stopped by Ctrl-C: what this command started is stopped"],
  ],
  async run({ args, options, context }) {
    const { root, file } = findWorkspaceRoot(context.cwd, options.file);
    if (options.plan) {
      const plan = await readPlan(file, args, options, context.env);
      const screen = screenOf(context.stdout, context.env);
      context.stdout.write(options.json ? `${JSON.stringify(planDocument(plan), null, 2)}\n` : planText(plan, screen));
      return 0;
    }
    const profiles = options.profile;
    let sources: readonly string[] = [];
    const paths = workspacePaths(root);
    const conversation = {
      paths,
      version: context.version,
      launcher: context.launcher,
      async readServices() {
        const read = await readServicesFile({
          file,
          ambient: context.env,
          profiles,
          activate: args,
          cache: context.cache,
        });
        sources = read.sources;
        return read;
      },
    };
    const screen = startScreen(context, { ...options, usual: usualStartupMs(paths) });
    const { end, signal } = await startServices(
      {
        ...conversation,
        early: (await context.supervisor) ?? null,
        emit: screen.event,
        leave: leaving(screen),
      },
      {
        kind: "start",
        services: args,
        strategy: options.strategy,
        noDependencies: options.noDeps,
        failFast: options.failFast,
        fresh: options.fresh,
        profiles,
      },
    );
    screen.end(end);
    if (end.exitCode === 130) endBySignal(signal ?? "SIGINT");
    if (!options.watchConfig || end.exitCode === 130) return end.exitCode;
    const interrupted = interruption();
    context.stderr.write(watchingText);
    await keepInLine({
      files: () => sources,
      signal: interrupted.signal,
      onMistake: (mistake) => void showFailure(mistake, context, options.json),
      async reload() {
        const next = reloadScreen(context, options);
        const request = { kind: "reload", profiles, dryRun: false } as const;
        const asked = { ...conversation, early: null, emit: next.event, leave: leaving(next) };
        next.end((await startServices(asked, request)).end);
      },
    });
    return endBySignal(interrupted.cause() ?? "SIGINT");
  },
});

/** The third Ctrl-C: the terminal is left as it was. */
function leaving(screen: StartScreen): (signal: NodeJS.Signals) => void {
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
