import { missingPlatformFile, packageFile, packageVersion, platform } from "../engines/installed.ts";
import { isPrefixed, type Runner, type RunnerRound } from "./runner.ts";
import type { Workspace } from "../workspaces/workspace.ts";

const exe = `@pnpm/exe.linux-${platform}`;

/** The binary itself: the package `pnpm` only finds it, and wants those of all platforms. */
export const pnpmProgram = packageFile(exe, "pnpm");

/** `pnpm -r exec`: goes to every package of a workspace, in the order in which they need each other. */
export const pnpm: Runner = {
  name: "pnpm",
  missing: () => missingPlatformFile(pnpmProgram),
  version: () => packageVersion(exe),
  cannot: {},
  deathOf: (repository) => new RegExp(`^${repository} \\(exec\\): Failed$`),
  prepare({ task, workspace, argv, workers }, round) {
    writePnpmWorkspace(workspace, round);
    // --parallel: all at once, which here are as many as workers, and names in front.
    const how = isPrefixed(task)
      ? ["--parallel", "--reporter-hide-prefix=false", "--no-bail"]
      : [`--workspace-concurrency=${workers}`];
    return { argv: [pnpmProgram, "-r", ...how, "exec", ...argv] };
  },
};

/** Without a look for another version of itself, and for what is not installed: neither needs a network then. */
export function writePnpmWorkspace({ folder }: Workspace, round: RunnerRound): void {
  round.write(`${folder}/pnpm-workspace.yaml`, `packages: ["r*"]\npmOnFail: ignore\nverifyDepsBeforeRun: false\n`);
  round.write(`${folder}/package.json`, {
    name: "root",
    private: true,
    packageManager: `pnpm@${packageVersion(exe)}`,
  });
}
