import { command } from "../lib/cli/command.ts";
import { endBySignal } from "../lib/cli/end-by-signal.ts";
import { readServicesFile } from "../lib/config/read-services-file.ts";
import { startScreen } from "../lib/report/start-screen.ts";
import { startServices } from "../lib/session/start-services.ts";
import { findWorkspaceRoot } from "../lib/state/find-root.ts";
import { usualStartupMs } from "../lib/state/usual-startup-ms.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";

/** restart: stops services and starts them again, by services.yaml as it is now. */
export const main = command({
  summary: "Restart services",
  positionals: { name: "service", description: "restart only these; default: all" },
  options: {
    profile: { type: "string", multiple: true, description: "enable the services of this profile" },
    json: { type: "boolean", description: "events as NDJSON on stdout" },
    file: {
      type: "string",
      placeholder: "path",
      description: "the services file; default: services.yaml here or above",
    },
  },
  examples: ["", "backend worker"],
  exitCodes: [
    [0, "all are ready or completed"],
    [1, "none is"],
    [2, "some are"],
  ],
  async run({ args, options, context }) {
    const { root, file } = findWorkspaceRoot(context.cwd, options.file);
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
        kind: "restart",
        services: args,
        profiles: options.profile,
      },
    );
    screen.end(end);
    if (end.exitCode === 130) endBySignal(signal ?? "SIGINT");
    return end.exitCode;
  },
});
