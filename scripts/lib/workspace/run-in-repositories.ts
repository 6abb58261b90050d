import { realpathSync } from "node:fs";
import { userError } from "../diagnostic/user-error.ts";
import type { FoundRepository, Repository } from "../model/repository.ts";
import type { RunEvent } from "../model/run-event.ts";
import type { RunOutcome } from "../model/run-outcome.ts";
import { boundaryOf, repositoryEnvironment } from "../repos/repository-environment.ts";
import { locateListed } from "../repos/locate-listed.ts";
import { workspacePaths } from "../state/workspace-paths.ts";
import { composeArgv } from "./compose-command.ts";
import { MemorySampler } from "./memory-sampler.ts";
import { openCommands } from "./open-commands.ts";
import { pipeCapture } from "./pipe-capture.ts";
import { runEach } from "./run-each.ts";
import { workerCount } from "./worker-count.ts";

const markers = [".git", ".jj"];
const standard = { timeoutMs: 300_000, killGraceMs: 5_000 };

/** A repository, or the path of one from the root. */
export type Place = string | Repository;

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
  const repositories = places.map((place) => (typeof place === "string" ? locate(place, root) : place));
  const { timeoutMs, killGraceMs } = { ...standard, ...options };
  const commands = await openCommands(workspacePaths(root), () => {});
  const environment = repositoryEnvironment(options.environment ?? process.env);
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
        environment: { ...environment, ...boundaryOf(repository.path), ...repository.environment },
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

function locate(path: string, root: string): Repository {
  const listed = {
    name: null,
    path,
    tags: [],
    environment: {},
    timeoutMs: null,
    span: { file: "", offset: 0, length: 0 },
  };
  const located = locateListed(listed, { root, allowOutside: [], markers });
  if ("repository" in located) return located.repository;
  throw userError("PATH_ESCAPE", `The path ${JSON.stringify(path)} of a repository leads out of ${root}`, {
    hint: "Give the folder that holds them all as root.",
  });
}
