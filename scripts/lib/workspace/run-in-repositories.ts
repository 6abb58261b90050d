import { realpathSync } from "node:fs";
import type { FoundRepository, Repository } from "../model/repository.ts";
import type { RunEvent } from "../model/run-event.ts";
import type { RunOutcome } from "../model/run-outcome.ts";
import { workspacePaths } from "../state/workspace-paths.ts";
import { commandEnvironment } from "./command-environment.ts";
import { composeArgv } from "./compose-command.ts";
import { locatePlace, type Place } from "./locate-place.ts";
import { MemorySampler } from "./memory-sampler.ts";
import { pipeCapture } from "./pipe-capture.ts";
import { runEach } from "./run-each.ts";
import { shareCommands } from "./share-commands.ts";
import { workerCount } from "./worker-count.ts";

const standard = { timeoutMs: 300_000, killGraceMs: 5_000 };

export interface RunInOptions {
  /** Every path must resolve inside it; what runs is on record in its `.groundswell/`. Default: the current folder. */
  readonly root?: string;
  /** So many at a time. Default: as `workerCount` says. */
  readonly jobs?: number;
  /** After so many milliseconds a command is stopped with all it has started. Default: 300,000. */
  readonly timeoutMs?: number;
  /** From SIGTERM to SIGKILL, in milliseconds. Default: 5,000. */
  readonly killGraceMs?: number;
  /** The whole environment. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Aborted: what runs is stopped, the rest is skipped. */
  readonly signal?: AbortSignal;
  /** What commands write, as they write it. A promise keeps the command waiting until it is fulfilled. */
  readonly onOutput?: (repository: Repository, bytes: Buffer, stream: "stdout" | "stderr") => Promise<void> | void;
  readonly onEvent?: (event: RunEvent) => void;
}

/**
 * Runs a command in repositories, many at a time. One that fails is an outcome, and the others go on. No shell reads the arguments; `{name}`, `{path}`,
 * `{rel}` and `{index}` in them are filled in.
 *
 * @returns An outcome for each, in their order; `aggregateOutcomes` counts them.
 * @throws {UserError} `PATH_ESCAPE` when one lies outside the root, `WORKSPACE_UNWRITABLE`; nothing was run then.
 */
export async function runInRepositories(
  places: readonly Place[],
  argv: readonly [string, ...string[]],
  options: RunInOptions = {},
): Promise<readonly RunOutcome[]> {
  const root = realpathSync(options.root ?? process.cwd());
  const repositories = places.map((place) => locatePlace(place, root));
  const { timeoutMs, killGraceMs } = { ...standard, ...options };
  const commands = await shareCommands(workspacePaths(root));
  const environmentOf = commandEnvironment(options.environment ?? process.env);
  const never = new AbortController().signal;
  try {
    return await runEach(repositories, {
      ...commands,
      memory: new MemorySampler(),
      workers: workerCount(repositories.length, { mode: "parallel", jobs: options.jobs ?? null }),
      mostFailures: null,
      skipReason: "too-many-failed",
      retries: 0,
      killGraceMs,
      interrupt: options.signal ?? never,
      force: never,
      compose: (repository: FoundRepository, index) => ({
        argv: composeArgv(argv, { repository, index, branch: null, args: [] }),
        environment: environmentOf(repository),
        timeoutMs: repository.timeoutMs ?? timeoutMs,
      }),
      captureOf: (repository) => {
        const sink = (stream: "stdout" | "stderr") => ({
          push: (bytes: Buffer) => options.onOutput?.(repository, bytes, stream) ?? undefined,
          end: () => {},
        });
        return pipeCapture(() => ({ stdout: sink("stdout"), stderr: sink("stderr") }));
      },
      emit: options.onEvent ?? (() => {}),
    });
  } finally {
    commands.close();
  }
}
