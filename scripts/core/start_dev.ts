import { command } from "../lib/cli/command.ts";
import { endBySignal } from "../lib/cli/end-by-signal.ts";
import { readServicesFile } from "../lib/config/read-services-file.ts";
import { expectedStartMs } from "../lib/model/expected-start-ms.ts";
import type { Plan } from "../lib/report/plan.ts";
import { planDocument } from "../lib/report/plan-document.ts";
import { planText } from "../lib/report/plan-text.ts";
import { screenOf } from "../lib/report/screen.ts";
import { startScreen } from "../lib/report/start-screen.ts";
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
    const paths = workspacePaths(root);
    const screen = startScreen(context, { ...options, usual: usualStartupMs(paths) });
    const { end, signal } = await startServices(
      {
        paths,
        version: context.version,
        launcher: context.launcher,
        early: (await context.supervisor) ?? null,
        readServices: () =>
          readServicesFile({
            file,
            ambient: context.env,
            profiles: options.profile,
            activate: args,
            cache: context.cache,
          }),
        emit: screen.event,
        leave(last) {
          screen.close();
          endBySignal(last);
        },
      },
      {
        kind: "start",
        services: args,
        strategy: options.strategy,
        noDependencies: options.noDeps,
        failFast: options.failFast,
        fresh: options.fresh,
        profiles: options.profile,
      },
    );
    screen.end(end);
    if (end.exitCode === 130) endBySignal(signal ?? "SIGINT");
    return end.exitCode;
  },
});

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
  const request = { services, strategy: options.strategy, noDependencies: options.noDeps, failFast: false };
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
