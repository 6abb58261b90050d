import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { Repository } from "../model/repository.ts";
import type { WatchEvent } from "../model/watch-event.ts";
import { workspacePaths } from "../state/workspace-paths.ts";
import { commandEnvironment } from "./command-environment.ts";
import { composeArgv } from "./compose-command.ts";
import { locatePlace, type Place } from "./locate-place.ts";
import { shareCommands } from "./share-commands.ts";
import { type Watch, watchEach } from "./watch-each.ts";

export interface WatchInOptions {
  /** Every path must resolve inside it; logs are kept in its `logs/watch/`, and what runs is on record in its `.groundswell/`. Default: the current folder. */
  readonly root?: string;
  /** `on-failure`: what ends with another code than 0 is begun again, at once, then after 0.5 s, doubled each time up to 30 s. Default: `no`. */
  readonly restart?: "no" | "on-failure";
  /** Restarts in a row. Default: without end. */
  readonly maxRestarts?: number;
  /** From SIGTERM to SIGKILL, in milliseconds. Default: 5,000. */
  readonly killGraceMs?: number;
  /** The whole environment. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What the processes write, as they write it: they never wait. */
  readonly onOutput?: (repository: Repository, bytes: Buffer, stream: "stdout" | "stderr") => void;
  readonly onEvent?: (event: WatchEvent) => void;
}

/**
 * Begins a command in every repository at once, and watches over it until it is stopped or all of it has ended. No shell reads the arguments;
 * `{name}`, `{path}`, `{rel}` and `{index}` in them are filled in.
 *
 * @throws {UserError} `PATH_ESCAPE` when one lies outside the root, `WORKSPACE_UNWRITABLE`; nothing was begun then.
 */
export async function watchInRepositories(
  places: readonly Place[],
  argv: readonly [string, ...string[]],
  options: WatchInOptions = {},
): Promise<Watch> {
  const root = realpathSync(options.root ?? process.cwd());
  const paths = workspacePaths(root);
  const repositories = places.map((place) => locatePlace(place, root));
  const environmentOf = commandEnvironment(options.environment ?? process.env);
  const commands = await shareCommands(paths);
  const watch = watchEach(repositories, {
    ...commands,
    logs: join(paths.logs, "watch"),
    restart: options.restart ?? "no",
    maxRestarts: options.maxRestarts ?? null,
    graceMs: options.killGraceMs ?? 5_000,
    compose: (repository, index) => ({
      argv: composeArgv(argv, { repository, index, branch: null, args: [] }),
      environment: environmentOf(repository),
    }),
    output: (repository) => ({
      push: (bytes, stream) => options.onOutput?.(repository, bytes, stream === 0 ? "stdout" : "stderr"),
      end: () => {},
    }),
    emit: options.onEvent ?? (() => {}),
  });
  void watch.ended.then(() => commands.close());
  return watch;
}
