import { setImmediate as nextTurn } from "node:timers/promises";
import type { Emit, StartEnd, StopReport } from "../model/event.ts";
import type { Settings } from "../model/settings.ts";
import type { StateDocument } from "../model/state-document.ts";
import { awaitRecovery } from "./await-recovery.ts";
import { Listeners } from "./listeners.ts";
import { followersRequest, type Operation, type StartRequest, type StopRequest } from "./operation.ts";
import type { OrchestratorOptions } from "./orchestrator-options.ts";
import { prepareReload } from "./prepare-reload.ts";
import { prepareStart } from "./prepare-start.ts";
import { followedBy } from "./replace-runs.ts";
import { restartWithin } from "./restart-within.ts";
import { ServiceTable } from "./service-table.ts";
import { type Intent, recordOf, type Stage, stopAll, stopRuns } from "./stage.ts";
import { covers, endOf, planOf } from "./start-operation.ts";
import { tellSoFar } from "./tell-so-far.ts";
import { interruptedEnd, newStarting, type Starting, stoppedEnd } from "./starting.ts";
import { startWaves } from "./start-waves.ts";
import { assertSameFile } from "./take-stock.ts";
import { verifyStartup } from "./verify-startup.ts";
import { whenAborted } from "./when-aborted.ts";
import type { World } from "./world.ts";

/** Waves to running services and back, for one workspace: one start at a time, a stop at any time. */
export class Orchestrator {
  readonly #options: OrchestratorOptions;
  readonly #world: World;
  readonly #table: ServiceTable;
  readonly #listeners = new Listeners();
  readonly #intent: Intent = { file: null, known: null, profiles: [], desired: "running" };
  readonly #stage: Stage;
  #starting: Starting | null = null;
  /** Starts that were asked for and have not ended; those that joined another are not among them. */
  readonly #awaited = new Set<Starting>();
  /** Settles when all that was begun so far has ended: the next start's turn. */
  #tail: Promise<unknown> = Promise.resolve();
  #underway = 0;
  /** Stops of everything so far: a start that waited through one is not wanted any more. */
  #stops = 0;
  #stopping = 0;

  constructor(options: OrchestratorOptions) {
    this.#options = options;
    this.#world = {
      paths: options.paths,
      pauseAt: options.pauseAt,
      recentListeners: options.recentListeners,
      logs: options.logs,
      supervisedSince: options.supervisor.startTime,
      debug: (line) => {
        if (this.#intent.file?.settings.debug) options.debug(line);
      },
      emit: (event) => this.#listeners.emit(event),
      crowd: () => this.#starting?.waves?.crowd() ?? { waiting: 1, isSpawning: false },
      checkIntervalMs: () => this.#intent.file?.settings.processCheckIntervalMs ?? 1_000,
      changed: () => {
        this.#starting?.waves?.look();
        options.onChange();
      },
      restarted: (service) => void this.#track(this.#restartFollowers(service, Date.now())),
    };
    this.#table = new ServiceTable(this.#world);
    const [world, table, listeners, intent] = [this.#world, this.#table, this.#listeners, this.#intent];
    this.#stage = { world, table, listeners, intent, previous: options.previous, persist: options.persist };
  }

  /** Whether nothing runs, starts or waits. */
  get isIdle(): boolean {
    return this.#underway === 0 && this.#table.isQuiet;
  }

  /** Of the services file that was last started; null: none was. */
  get settings(): Settings | null {
    return this.#intent.file?.settings ?? null;
  }

  /** The log of every service there is. */
  get logs(): ServiceTable["logs"] {
    return this.#table.logs;
  }

  /** Whether what an earlier supervisor left is known by now. */
  get hasStock(): boolean {
    return this.#table.hasStock;
  }

  /** Whether a start is about to make pending what has failed, or what an earlier supervisor left is not known yet. */
  get isPreparing(): boolean {
    return !this.hasStock || [...this.#awaited].some(({ waves }) => waves === null);
  }

  start(request: StartRequest, emit: Emit): Operation<StartEnd> {
    const starting = newStarting();
    this.#awaited.add(starting);
    const ended = this.#hearing(emit, () => this.#joinOrQueue(request, starting, emit));
    return {
      done: this.#answering(starting, ended),
      interrupt: (level) => {
        starting.interrupted = true;
        starting.left.resolve(interruptedEnd);
        if (level === 2) starting.force.abort();
        // One that still waits for its turn will see: what it waits for must not wait for it.
        if (this.#starting === starting) void this.#track(this.#stopStarted(starting));
      },
    };
  }

  stop(request: StopRequest, emit: Emit): Operation<StopReport> {
    const force = new AbortController();
    if (request.force) force.abort();
    return {
      done: this.#hearing(emit, () => this.#track(this.#stop(request, force.signal))),
      interrupt: () => force.abort(),
    };
  }

  /** What state.json keeps. */
  document(): StateDocument {
    const { previous, supervisor } = this.#options;
    // Until there is anything of our own to tell, what the supervisor before us told stays true.
    if (!this.#table.hasStock && previous !== null) return { ...previous, supervisor };
    return { format: 1, ...recordOf(this.#intent), supervisor, services: this.#table.toRecords() };
  }

  /** Every event of every operation from now on. @returns Ends it. */
  hear(emit: Emit): () => void {
    return this.#listeners.follow(emit);
  }

  /** Asks the health of everything that runs, now. */
  probeAll(): Promise<void> {
    return this.#table.probeAll();
  }

  async #hearing<Result>(emit: Emit, work: () => Promise<Result>): Promise<Result> {
    this.#underway += 1;
    try {
      return await this.#listeners.during(emit, work);
    } finally {
      this.#underway -= 1;
      this.#options.onChange();
    }
  }

  /** What comes later waits for this. */
  #track<Result>(work: Promise<Result>): Promise<Result> {
    // Without the results: a chain of them would be kept for as long as we live.
    this.#tail = Promise.allSettled([this.#tail, work]).then(() => undefined);
    return work;
  }

  async #joinOrQueue(request: StartRequest, starting: Starting, emit: Emit): Promise<StartEnd> {
    const current = this.#starting;
    const stopsBefore = this.#stops;
    starting.audience.push(emit);
    if (current !== null) {
      await current.planned.promise;
      if (await this.#fitsInto(request, current, starting.force.signal)) return this.#join(current, starting, emit);
      emit({ type: "operation-queued", at: Date.now(), behind: "start" });
    } else if (this.#stopping > 0) {
      emit({ type: "operation-queued", at: Date.now(), behind: "stop" });
    }
    const turn = this.#tail.then(() => {
      // A stop that came while this start waited meant it too.
      if (this.#stops !== stopsBefore) return this.#finish(starting, stoppedEnd);
      if (starting.interrupted) return this.#finish(starting, interruptedEnd);
      return this.#start(request, starting);
    });
    return this.#track(turn);
  }

  /** Whether the start underway does all that is asked for; a restart of its members is done within it. */
  async #fitsInto(request: StartRequest, current: Starting, force: AbortSignal): Promise<boolean> {
    const { plan } = current;
    if (request.fresh || request.reload !== null || plan === null) return false;
    const wanted = await planOf(request.file, request);
    const isOver = (): boolean => current.interrupted || this.#starting !== current;
    if (isOver() || !covers(plan, wanted, this.#table.runs)) return false;
    if (request.restart === null) return true;
    return this.#stopping === 0 && restartWithin(this.#stage, current, request.restart.names, { force, isOver });
  }

  /** A service's policy has restarted it: dependents over `restart: true` edges, of an older start, are restarted too. */
  async #restartFollowers(service: string, at: number): Promise<void> {
    await this.#tail;
    const file = this.#intent.file;
    if (file === null || this.#intent.desired === "stopped") return;
    const names = [...followedBy(file.services, [service])].filter((name) => {
      const run = this.#table.runs.get(name);
      return name !== service && run?.isAlive === true && (run.record?.startedAt ?? at) < at;
    });
    if (names.length === 0) return;
    const starting = newStarting();
    const request = followersRequest(file, this.#intent.profiles, names);
    await this.#answering(
      starting,
      this.#hearing(
        () => {},
        () => this.#start(request, starting),
      ),
    ).catch(() => {});
  }

  /** Gives those who wait for this start, or have joined it, its end. */
  #answering(starting: Starting, ended: Promise<StartEnd>): Promise<StartEnd> {
    // One that joined, or found its file wrong, has no plan: whoever waits for it must not wait for ever.
    void ended.finally(() => this.#forget(starting)).then(starting.answer.resolve, starting.answer.reject);
    return starting.answer.promise;
  }

  #forget(starting: Starting): void {
    this.#awaited.delete(starting);
    starting.planned.resolve();
  }

  #join(current: Starting, starting: Starting, emit: Emit): Promise<StartEnd> {
    this.#awaited.delete(starting);
    current.audience.push(emit);
    tellSoFar(current, this.#table, emit);
    return Promise.race([current.answer.promise, starting.left.promise]);
  }

  async #start(request: StartRequest, starting: Starting): Promise<StartEnd> {
    const begunAt = performance.now();
    this.#starting = starting;
    this.#awaited.add(starting);
    try {
      const { file } = request;
      if (this.#intent.file === null || this.#table.hasLiving)
        assertSameFile(file, this.#intent.file?.file ?? null, this.#world);
      const prepare = request.reload === null ? prepareStart : prepareReload;
      const plan = await prepare(this.#stage, request, starting);
      starting.planned.resolve();
      if (starting.interrupted) await this.#stopStarted(starting);
      // A stop that waited for the plan ends what is pending before anything is spawned.
      await nextTurn();
      starting.waves = startWaves(plan, this.#table.runs, this.#world, {
        maxRetries: file.settings.maxRetries,
        onFailFast: (runs) => void this.#track(stopRuns(this.#stage, runs, starting.force.signal)),
      });
      await starting.waves.settled();
      const members = this.#table.of(plan);
      await Promise.race([awaitRecovery(members, this.#world), starting.left.promise]);
      if (file.settings.startupVerification && !starting.interrupted) await verifyStartup(members, this.#world);
      // A stop may still be at work on what this start began.
      await Promise.all(members.map(({ busy }) => busy));
      // Whoever has a restart policy may fall down again at any moment.
      do await starting.waves.settled();
      while (members.some(({ isSettled }) => !isSettled));
      const durationMs = performance.now() - begunAt;
      const end = endOf(plan, this.#table.runs, starting.waves.spawned, durationMs, starting.interrupted);
      return this.#finish(starting, end);
    } finally {
      this.#forget(starting);
      this.#starting = null;
      // Those who wait for the end hear of it first.
      setImmediate(this.#options.persist);
    }
  }

  #finish(starting: Starting, end: StartEnd): StartEnd {
    this.#listeners.tell(starting, { type: "start-finished", at: Date.now(), end });
    return end;
  }

  async #stop(request: StopRequest, force: AbortSignal): Promise<StopReport> {
    const { services, timeoutMs } = request;
    const starting = this.#starting;
    if (services.length === 0) this.#stops += 1;
    this.#stopping += 1;
    try {
      // What a start underway is just replacing is not given its grace either, when all of it has to go at once.
      if (services.length === 0) whenAborted(force, () => starting?.force.abort());
      await starting?.planned.promise;
      const stopped = this.#table.stopped(services);
      if (services.length === 0) this.#intent.desired = "stopped";
      this.#options.persist();
      this.#world.pauseAt("stop-asked");
      const ordered = request.ordered || this.#intent.file?.settings.parallelKill === false;
      const report = await stopAll(this.#stage, stopped, force, { timeoutMs, ordered });
      this.#table.forget(report.stopped);
      // What was stopped on purpose stays so, whatever becomes of us. After a stop of everything our end writes it down.
      if (services.length > 0) this.#options.persist();
      else this.#options.onChange();
      return report;
    } finally {
      this.#stopping -= 1;
    }
  }

  async #stopStarted(starting: Starting): Promise<void> {
    await starting.planned.promise;
    const begun = starting.plan ? this.#table.of(starting.plan) : [];
    // What an earlier supervisor had begun and this start waits for counts as its own.
    const runs = begun.filter(({ name, isSettled, state }) => {
      return (!isSettled && state.phase !== "killing") || starting.waves?.spawned.has(name) === true;
    });
    await stopRuns(this.#stage, runs, starting.force.signal);
  }
}
