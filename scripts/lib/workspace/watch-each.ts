import { setImmediate as nextTurn } from "node:timers/promises";
import type { FoundRepository, Repository } from "../model/repository.ts";
import type { WatchEvent, WatchTotals } from "../model/watch-event.ts";
import { watchExitCode } from "../model/watch-exit-code.ts";
import { killServices } from "../process/kill-services.ts";
import type { CommandJournal } from "../state/command-journal.ts";
import { sweeper } from "./sweeper.ts";
import { type ComposedWatch, WatchedCommand } from "./watched-command.ts";
import { WatchLog, watchLogFile } from "./watch-log.ts";

/** Takes what the processes of one repository write, at once: they never wait. */
export interface WatchOutput {
  /** @param stream 0: stdout; 1: stderr. The bytes may be kept. */
  push(bytes: Buffer, stream: 0 | 1): void;
  /** A process has ended: what was begun of a line does not go on. */
  end(): void;
}

export interface WatchOptions {
  /** What runs in a repository, in which environment (the whole of it); asked before each of its processes. @param index From 1. */
  readonly compose: (repository: FoundRepository, index: number) => ComposedWatch;
  readonly restart: "no" | "on-failure";
  /** Restarts in a row; null: without end. */
  readonly maxRestarts: number | null;
  /** From SIGTERM to SIGKILL. */
  readonly graceMs: number;
  /** `commandsOf` the workspace. */
  readonly workspaceId: string;
  /** Begins every run id: unique on this machine. */
  readonly runPrefix: string;
  readonly journal: Pick<CommandJournal, "begun" | "spawned" | "ended">;
  /** Folder of the raw logs. */
  readonly logs: string;
  readonly output: (repository: Repository) => WatchOutput;
  readonly emit: (event: WatchEvent) => void;
}

/** The watch in one repository. */
export interface WatchHandle {
  readonly repository: Repository;
  /** Everything it writes. */
  readonly log: string;
  isAlive(): boolean;
  /** Of the process that runs now; null: none does. */
  readonly pid: number | null;
  /** Of the last process that ended, as a shell would say it; null: none has, or there was no place to begin in. */
  readonly exitCode: number | null;
  /** Ends what runs, and begins anew, also what has died or never started. Nothing is begun where the whole watch has ended. */
  restart(): Promise<void>;
  /** Ends it with all it started; the others go on. */
  stop(): Promise<void>;
}

export interface Watch {
  /** In the order of the repositories. */
  readonly handles: readonly WatchHandle[];
  /** Resolves when nothing runs any more: everything has died and nothing is begun again, or all was stopped. */
  readonly ended: Promise<WatchTotals>;
  /** Ends all at once. @param force Once aborted, no grace is left. */
  stop(force?: AbortSignal): Promise<WatchTotals>;
}

/**
 * Begins a command in every repository at once, and watches over it: however many they are, since of a pool of ten the eleventh would never begin.
 *
 * Between two of them the event loop turns once, so that output is read and Ctrl-C heard while hundreds are spawned.
 */
export function watchEach(repositories: readonly Repository[], options: WatchOptions): Watch {
  const { emit, workspaceId } = options;
  const ended = Promise.withResolvers<WatchTotals>();
  const sweep = sweeper(workspaceId);
  let isStopping = false;
  let isSettled = false;
  let isEnded = false;

  const watched = repositories.map((repository, index) => {
    const file = watchLogFile(options.logs, repository.name);
    const log = new WatchLog(file, (errno) => emit({ type: "watch-unlogged", repository: repository.name, errno }));
    const output = options.output(repository);
    const command = new WatchedCommand({
      ...options,
      repository,
      sweep,
      compose: (found) => options.compose(found, index + 1),
      runPrefix: `${options.runPrefix}-${index + 1}`,
      onBytes(bytes, stream) {
        log.write(bytes);
        output.push(bytes, stream);
      },
      onOutputEnd: () => output.end(),
      onOver: endIfOver,
    });
    return { command, log, file };
  });
  const commands = watched.map(({ command }) => command);

  function totals(alive: number): WatchTotals {
    const started = commands.filter(({ hasStarted }) => hasStarted).length;
    const exitCode = alive === commands.length ? 0 : started + alive > 0 ? 2 : 1;
    return { total: commands.length, started, alive, exitCode };
  }

  function end(result: WatchTotals): WatchTotals {
    isEnded = true;
    for (const { log } of watched) log.close();
    ended.resolve(result);
    return result;
  }

  function endIfOver(): void {
    if (!isStopping && isSettled && commands.every(({ isOver }) => isOver)) end(totals(0));
  }

  async function beginAll(): Promise<void> {
    for (const command of commands) {
      if (isStopping) return;
      command.begin();
      await nextTurn();
    }
    await Promise.all(commands.map(({ settled }) => settled));
    const running = commands.filter(({ hasStarted }) => hasStarted).length;
    if (isStopping) return;
    emit({ type: "watch-settled", running, total: commands.length });
    isSettled = true;
    endIfOver();
  }

  async function stop(which: readonly WatchedCommand[], force: AbortSignal | null): Promise<boolean> {
    const alive = new Set(which.filter(({ isAlive }) => isAlive));
    const byService = new Map<string, WatchedCommand>();
    const leaving = await Promise.all(which.map((command) => command.leave()));
    const targets = leaving.filter((target) => target !== null);
    for (const [index, target] of leaving.entries()) {
      const command = which[index];
      if (target !== null && command) byService.set(target.service, command);
    }
    const telling: Promise<void>[] = [];
    const { survivors } = await killServices(targets, {
      workspaceId,
      ordered: false,
      force,
      onWaiting: () => {},
      onEnded(service, forced) {
        const command = byService.get(service);
        if (command) telling.push(tellStopped(command, forced, alive.has(command)));
      },
    });
    await Promise.all(telling);
    for (const [service, command] of byService) {
      const pids = survivors.filter((survivor) => survivor.service === service).map(({ pid }) => pid);
      if (pids.length === 0) continue;
      emit({ type: "watch-survived", repository: command.repository.name, pids });
      await command.left();
    }
    await Promise.all(which.map((command) => command.left()));
    return survivors.length === 0;
  }

  /** After the last of what it wrote. */
  async function tellStopped(command: WatchedCommand, forced: boolean, wasAlive: boolean): Promise<void> {
    await command.left();
    if (wasAlive) emit({ type: "watch-stopped", repository: command.repository.name, forced });
  }

  void beginAll();
  return {
    handles: watched.map(({ command, file }) => ({
      repository: command.repository,
      log: file,
      isAlive: () => command.isAlive,
      get pid() {
        return command.pid;
      },
      get exitCode() {
        return command.end === null ? null : watchExitCode(command.end);
      },
      restart: () => (isStopping || isEnded ? Promise.resolve() : command.restart()),
      stop: async () => void (await stop([command], null)),
    })),
    ended: ended.promise,
    async stop(force) {
      if (isStopping) return ended.promise;
      isStopping = true;
      emit({ type: "watch-stopping" });
      const result = totals(commands.filter(({ isAlive }) => isAlive).length);
      const isClean = await stop(commands, force ?? null);
      return end(isClean || result.exitCode === 1 ? result : { ...result, exitCode: 2 });
    },
  };
}
