import { delimiter, dirname } from "node:path";
import { missingPlatformFile, packageFile, packageVersion, platform } from "../engines/installed.ts";
import { pnpmProgram, writePnpmWorkspace } from "./pnpm.ts";
import type { Runner } from "./runner.ts";

const program = packageFile(`@turbo/linux-${platform === "x64" ? "64" : platform}`, "bin/turbo");

/** Runs a script of every package, by a package manager: pnpm, which is the quickest. Nothing comes from a cache. */
export const turbo: Runner = {
  name: "turbo",
  missing: () => missingPlatformFile(program) ?? missingPlatformFile(pnpmProgram),
  version: () => packageVersion("turbo"),
  cannot: {},
  deathOf: (repository) => new RegExp(`^ *${repository}#go: .*finished with error`),
  prepare({ task, workspace, argv, workers }, round) {
    writePnpmWorkspace(workspace, round);
    round.write(`${workspace.folder}/pnpm-lock.yaml`, "lockfileVersion: '9.0'\n");
    const isWatch = task === "watch" || task === "death";
    round.write(`${workspace.folder}/turbo.json`, { tasks: { go: { cache: false, persistent: isWatch } } });
    for (const { name, path } of workspace.repositories) {
      round.write(`${path}/package.json`, { name, version: "1.0.0", private: true, scripts: { go: argv.join(" ") } });
    }
    // A persistent task would wait for a worker for ever: it wants one more than there are.
    const concurrency = isWatch ? workers + 1 : workers;
    return {
      argv: [
        program,
        "run",
        "go",
        `--concurrency=${concurrency}`,
        "--cache=local:,remote:",
        "--env-mode=loose",
        "--continue",
      ],
      env: {
        PATH: [dirname(pnpmProgram), process.env["PATH"] ?? ""].join(delimiter),
        TURBO_TELEMETRY_DISABLED: "1",
        TURBO_NO_UPDATE_NOTIFIER: "1",
        DO_NOT_TRACK: "1",
      },
    };
  },
};
