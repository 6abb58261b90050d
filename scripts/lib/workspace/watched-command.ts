import { forgivenAfterMs, restartDelayMs } from "../model/restart-delay-ms.ts";
import type { FoundRepository, Repository } from "../model/repository.ts";
import type { WatchEnd, WatchEvent } from "../model/watch-event.ts";
import type { KillTarget } from "../process/kill-services.ts";
import type { Sweep } from "./sweeper.ts";
import { beginWatchedProcess, type WatchedProcess, type WatchedProcessRequest } from "./watched-process.ts";

/** What ends sooner than that has not started. */
const startMs = 1_000;

/** A command as it is to be run in one repository. */
export interface ComposedWatch {
  readonly argv: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface WatchedCommandOptions extends Omit<
  WatchedProcessRequest,
  "repository" | "argv" | "environment" | "runId"
> {
  readonly repository: Repository;
  readonly compose: (repository: FoundRepository) => ComposedWatch;
  /** Begins every run id: unique on this machine. */
  readonly runPrefix: string;
  readonly restart: "no" | "on-failure";
  /** In a row; null: without end. */
  readonly maxRestarts: number | null;
  readonly sweep: Sweep;
  readonly emit: (event: WatchEvent) => void;
  /** A process has ended: a line that it had begun does not go on. */
  readonly onOutputEnd: () => void;
  /** Nothing of it runs, and it will not be begun again by itself. */
  readonly onOver: () => void;
}

/** Why a process was begun: to start the watch (the first, and when somebody asked for another), or because the one before failed. */
type Cause = "start" | "asked" | "policy";

/** A watch command in one repository: its processes, one after the other. */
export class WatchedCommand {
  readonly repository: Repository;
  readonly #options: WatchedCommandOptions;
  readonly #settled = Promise.withResolvers<void>();
  #process: WatchedProcess | null = null;
  #end: WatchEnd | null = null;
  #argv: readonly string[] = [];
  #runs = 0;
  #hasStarted = false;
  #order: "none" | "restart" | "stop" = "none";
  /** While a process is being spawned. */
  #spawning: Promise<unknown> = Promise.resolve();
  #life: Promise<void> | null = null;
  #wake = (): void => {};
  #stop = Promise.withResolvers<void>();

  constructor(options: WatchedCommandOptions) {
    this.repository = options.repository;
    this.#options = options;
  }

  /** Whether a process runs. */
  get isAlive(): boolean {
    return this.#process !== null && this.#end === null;
  }

  /** Whether nothing runs, or is going to by itself. */
  get isOver(): boolean {
    return this.#life === null;
  }

  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** Of the latest process; null before there is one. */
  get end(): WatchEnd | null {
    return this.#end;
  }

  get pid(): number | null {
    return this.isAlive ? (this.#process?.pid ?? null) : null;
  }

  /** Resolves when it has started for the first time, has failed to, or was stopped before. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  begin(cause: Cause = "start"): void {
    this.#life ??= this.#live(cause).finally(() => {
      this.#life = null;
      this.#order = "none";
      this.#settled.resolve();
      this.#options.onOver();
    });
  }

  /** Ends what runs, and begins anew whatever the policy says. Resolves when the old one is gone. */
  async restart(): Promise<void> {
    if (this.#life === null) {
      // It may have been stopped when nothing ran any more.
      this.#order = "none";
      return this.begin("asked");
    }
    if (this.#order !== "none") return;
    this.#order = "restart";
    this.#wake();
    await this.#spawning;
    if (this.#process !== null) await this.#kill(this.#process.target);
  }

  /**
   * From now on nothing is begun any more. Whoever calls this ends what the target tells, and then calls `left`.
   *
   * @returns null: nothing runs, nor has left anything.
   */
  async leave(): Promise<KillTarget | null> {
    this.#order = "stop";
    this.#stop = Promise.withResolvers();
    this.#wake();
    await this.#spawning;
    return this.#process?.target ?? null;
  }

  /** The other half of `leave`. Resolves when all it wrote has been passed on. */
  async left(): Promise<void> {
    this.#stop.resolve();
    await this.#life;
  }

  /** From its first process to its last. */
  async #live(first: Cause): Promise<void> {
    let restarts = 0;
    for (let cause = first; this.#order !== "stop";) {
      const begunAt = performance.now();
      const begun = await (this.#spawning = this.#spawn(cause, restarts));
      const end = "kind" in begun ? begun : await this.#untilEnded(begun);
      this.#end = end;
      if (performance.now() - begunAt >= forgivenAfterMs) restarts = 0;
      const delayMs = this.#order === "none" ? this.#tell(end, cause, restarts) : null;
      if (!("kind" in begun)) await this.#clearAway(begun);
      if (delayMs !== null) await this.#pause(delayMs);
      const wasAsked = this.#takeRestart();
      if (!wasAsked && delayMs === null) return;
      restarts = wasAsked ? 0 : restarts + 1;
      cause = wasAsked ? "asked" : "policy";
    }
  }

  async #spawn(cause: Cause, restarts: number): Promise<WatchedProcess | WatchEnd> {
    const { repository, emit } = this.#options;
    if (repository.problem !== null) {
      return { kind: "inaccessible", path: repository.path, problem: repository.problem.kind };
    }
    const { argv, environment } = this.#options.compose(repository);
    this.#argv = argv;
    this.#runs += 1;
    const runId = `${this.#options.runPrefix}-${this.#runs}`;
    const begun = await beginWatchedProcess({ ...this.#options, repository, argv, environment, runId });
    if ("kind" in begun) return begun;
    this.#process = begun;
    this.#end = null;
    const { name } = repository;
    if (cause !== "start") emit({ type: "watch-restarted", repository: name, pid: begun.pid, restarts });
    return begun;
  }

  async #untilEnded(process: WatchedProcess): Promise<WatchEnd> {
    const { emit, repository } = this.#options;
    const timer = setTimeout(() => {
      if (this.#order !== "none" || this.#hasStarted) return;
      this.#hasStarted = true;
      emit({ type: "watch-started", repository: repository.name, pid: process.pid });
      this.#settled.resolve();
    }, startMs);
    const end = await process.ended;
    clearTimeout(timer);
    return end;
  }

  /** Tells of an end that nobody asked for. @returns After how long it is begun again; null: it is not. */
  #tell(end: WatchEnd, cause: Cause, restarts: number): number | null {
    const { repository, emit, restart, maxRestarts } = this.#options;
    const ending = { repository: repository.name, end, lastOutput: this.#process?.lastOutput() ?? Buffer.alloc(0) };
    if (!this.#hasStarted) {
      emit({ type: "watch-failed", argv: this.#argv, ...ending });
      this.#settled.resolve();
      return null;
    }
    const hasFailed = end.kind !== "exited" || end.code !== 0;
    const isRestarted = restart === "on-failure" && hasFailed && (maxRestarts === null || restarts < maxRestarts);
    const restartMs = isRestarted ? restartDelayMs(restarts) : null;
    emit({ type: "watch-died", restartMs, ...ending });
    return restartMs;
  }

  /** What a process that has ended left behind must not work beside its successor. */
  async #clearAway(process: WatchedProcess): Promise<void> {
    if (this.#order !== "stop") await this.#kill(process.target);
    // It may have come meanwhile.
    if (this.#order === "stop") await this.#stop.promise;
    process.close();
    this.#process = null;
    this.#options.onOutputEnd();
  }

  async #kill(target: KillTarget): Promise<void> {
    const { sweep, emit, repository } = this.#options;
    const pids = await sweep(target);
    if (pids.length > 0) emit({ type: "watch-survived", repository: repository.name, pids });
  }

  #takeRestart(): boolean {
    if (this.#order !== "restart") return false;
    this.#order = "none";
    return true;
  }

  /** Or until something is asked for. */
  async #pause(milliseconds: number): Promise<void> {
    if (this.#order !== "none") return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
    this.#wake = () => {};
  }
}
