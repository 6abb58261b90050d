import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { Repository } from "../model/repository.ts";
import type { WatchEvent } from "../model/watch-event.ts";
import { locateListed } from "../repos/locate-listed.ts";
import { workspacePaths } from "../state/workspace-paths.ts";
import { composeArgv } from "./compose-command.ts";
import { shareCommands } from "./share-commands.ts";
import { type Watch, watchEach } from "./watch-each.ts";

let watches = 0;

export interface OpenWatchOptions {
  /** With placeholders, as in services.yaml; but for `{branch}` and `{args}`. */
  readonly argv: readonly [string, ...string[]];
  /** The workspace: paths are relative to it, and logs and records are kept there. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly restart: "no" | "on-failure";
  readonly maxRestarts: number | null;
  readonly graceMs: number;
  readonly onEvent: (event: WatchEvent) => void;
  /** All that is written, as it comes. */
  readonly onOutput: (repository: string, bytes: Buffer, stream: "stdout" | "stderr") => void;
}

/** A watch for a program that uses us as a library, with its records opened, and closed when it has ended. */
export async function openWatch(
  places: readonly { readonly path: string; readonly name?: string }[],
  options: OpenWatchOptions,
): Promise<Watch> {
  const root = realpathSync(options.root);
  const paths = workspacePaths(root);
  const repositories = places.map((place) => repositoryAt(place, root));
  const commands = await shareCommands(paths);
  watches += 1;
  const watch = watchEach(repositories, {
    ...commands,
    runPrefix: `${commands.runPrefix}-w${watches}`,
    logs: join(paths.logs, "watch"),
    restart: options.restart,
    maxRestarts: options.maxRestarts,
    graceMs: options.graceMs,
    compose: (repository, index) => ({
      argv: composeArgv(options.argv, { repository, index, branch: null, args: [] }),
      environment: options.environment,
    }),
    output: ({ name }) => ({
      push: (bytes, stream) => options.onOutput(name, bytes, stream === 0 ? "stdout" : "stderr"),
      end: () => {},
    }),
    emit: options.onEvent,
  });
  void watch.ended.then(() => commands.close());
  return watch;
}

/** Whoever writes a program says himself where it may go. */
function repositoryAt({ path, name }: { readonly path: string; readonly name?: string }, root: string): Repository {
  const listed = { path, name: name ?? null, tags: [], environment: {}, timeoutMs: null };
  const territory = { root, allowOutside: ["/"], markers: [".git", ".jj"] };
  const located = locateListed({ ...listed, span: { file: "", offset: 0, length: 0 } }, territory);
  if ("repository" in located) return located.repository;
  throw new TypeError(`"${path}" can be no path`);
}
