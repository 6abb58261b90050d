import type { Event, StartEnd, StopReport } from "../../../scripts/lib/model/event.ts";
import type { Dependency, ServiceSpec } from "../../../scripts/lib/model/service.ts";
import type { ServiceState } from "../../../scripts/lib/model/service-state.ts";
import type { ServiceRecord, StateDocument } from "../../../scripts/lib/model/state-document.ts";
import { followedBy } from "../../../scripts/lib/orchestrator/replace-runs.ts";
import type { VirtualMachine } from "./virtual-machine.ts";
import type { VirtualProcess } from "./virtual-process.ts";
import type { Listener, Operation, VirtualSession } from "./virtual-session.ts";

type Phase = ServiceState["phase"];

const unsettled: readonly Phase[] = ["pending", "starting", "backoff", "killing"];
const lost: readonly Phase[] = ["failed", "timeout", "skipped", "killing", "killed"];
/** In which phases of a dependency its dependents may start. Written by hand from the specification. */
const holding: Readonly<Record<Dependency["condition"], readonly Phase[]>> = {
  started: ["starting", "ready", "unhealthy", "completed"],
  healthy: ["ready", "completed"],
  completed: ["completed"],
};

/** How long what is said and what is so may differ: a look at an adopted process, a second for its children, a grace period, an answer underway. */
const noticeMs = 2_500;

/** How much longer than its clock a start may take to end what it began: a second for children, the grace period. */
const afterClockMs = 3_500;

function isKeptUp({ restart, onUnhealthy, type }: ServiceSpec): boolean {
  return type === "service" && (restart.kind !== "no" || onUnhealthy === "restart");
}

interface Start {
  readonly operation: Operation;
  readonly waveOf: ReadonlyMap<string, number>;
  readonly strategy: string;
  readonly begun: Set<string>;
  readonly firstSpawn: Map<string, number>;
  /** What it has said it would replace. */
  readonly replaced: VirtualProcess[];
  isOver: boolean;
}

/** What must hold whatever happens; `violation` is the first thing that did not. */
export class Invariants implements Listener {
  violation: string | null = null;
  /** Every decision of the product, with its time. */
  readonly lines: string[] = [];
  staleCallbacks = 0;
  spawns = 0;
  policySpawns = 0;
  #watched: VirtualSession | null = null;
  #start: Start | null = null;
  #document: StateDocument | null = null;
  /** Whether anything was said or has happened since the last look. */
  #hasNews = true;
  /** The last stop of everything. */
  #lastStop = 0;
  /** Services that were part of any start: a stop knows of no others (--no-deps). */
  readonly #met = new Set<string>();
  #lastPlan: Event | null = null;
  /** Services of the product's own start. */
  #own: Set<string> = new Set();
  /** Services that have been ready since they were last asked for: from then on their policies restart them. */
  readonly #wasUp = new Set<string>();
  /** Services that restart with what they depend on. */
  readonly #replaced = new Set<string>();
  /** When a policy has spawned what, since it was last asked for. */
  readonly #policySpawns = new Map<string, number[]>();
  readonly #differsSince = new Map<string, number>();
  readonly #machine: VirtualMachine;

  constructor(machine: VirtualMachine) {
    this.#machine = machine;
    machine.onSpawn = (service) => this.#mayStart(service);
    machine.onChange = () => (this.#hasNews = true);
  }

  watch(session: VirtualSession): void {
    this.#watched = session;
  }

  debug = (line: string): void => {
    this.lines.push(`${this.#machine.clock.now} ${line}`);
    if (line.includes("stale")) this.staleCallbacks += 1;
    this.#must(!line.includes("illegal transition"), `a transition that is not drawn: ${line}`);
  };

  changed = (): void => {
    this.#hasNews = true;
  };

  event = (event: Event, operation: Operation): void => {
    if (event.type !== "service-changed")
      this.lines.push(`${this.#machine.clock.now} (${event.type} to ${operation.kind} ${operation.id})`);
    if (event.type === "service-restarting") this.#start?.replaced.push(...this.#machine.livingOf(event.service));
    if (event.type === "start-finished" && operation.id === this.#start?.operation.id) {
      this.#start.isOver = true;
      for (const { service, lives } of this.#start.replaced)
        this.#must(!lives, `${service} was to be restarted, and lives`);
    }
    // One that joins is told the plan of the start it joins.
    if (event.type === "start-planned") {
      for (const name of event.waves.flat()) this.#met.add(name);
      this.#lastPlan = event;
      this.#own.clear();
    }
    if (event.type !== "start-planned" || this.#start?.isOver === false) return;
    const waveOf = new Map(event.waves.flatMap((names, wave) => names.map((name) => [name, wave] as const)));
    const { strategy } = event;
    this.#start = { operation, waveOf, strategy, begun: new Set(), firstSpawn: new Map(), replaced: [], isOver: false };
  };

  /** A start that no operation was told of is the product's own: a policy's restart takes dependents along. */
  heard = (event: Event): void => {
    if (event.type === "start-planned" && event !== this.#lastPlan) this.#own = new Set(event.waves.flat());
    if (event.type === "start-planned") this.#replaced.clear();
    if (event.type === "service-adopted") this.#wasUp.add(event.service);
    if (event.type === "service-restarting" && event.because === "dependency") this.#replaced.add(event.service);
    if (event.type !== "service-changed") return;
    if (event.state.phase === "ready") this.#wasUp.add(event.service);
    if (event.state.phase !== "pending") return;
    this.#wasUp.delete(event.service);
    this.#policySpawns.delete(event.service);
  };

  started = (_: Operation, end: StartEnd): void => {
    if (end.services.length === 0) return;
    const up = end.services.filter(({ state }) => state.phase === "ready" || state.phase === "completed").length;
    const some = up === end.services.length ? 0 : up === 0 ? 1 : 2;
    this.#must(
      [some, 130].includes(end.exitCode),
      `exit code ${end.exitCode}, and ${up} of ${end.services.length} are up`,
    );
    for (const { name, state } of end.services) {
      const isSettled = !unsettled.includes(state.phase) || (state.phase === "pending" && end.exitCode === 130);
      this.#must(isSettled, `the start has ended, and ${name} is ${state.phase}`);
    }
  };

  stopped = ({ id, command }: Operation, report: StopReport): void => {
    const gone = command.services.length === 0 ? this.#specs.map(({ name }) => name) : this.#needing(command.services);
    for (const name of gone) {
      const living = this.#machine.livingOf(name).filter(({ bornAt }) => bornAt < this.#machine.clock.now);
      this.#must(living.length === 0, `after stop ${command.services.join(" ")}, ${name} lives`);
    }
    if (command.services.length === 0) this.#lastStop = id;
    this.#must(report.ok, "the stop says that something survived");
  };

  /** After every step of the clock. */
  look(): void {
    const { error, orchestrator } = this.#session;
    if (error !== null) this.#must(false, `a command failed: ${error instanceof Error ? error.stack : "no error"}`);
    if (this.#hasNews) {
      this.#document = orchestrator?.hasStock ? orchestrator.document() : null;
      for (const { name, state } of this.#document?.services ?? []) this.#wasReady(name, state);
    }
    if (this.#hasNews || this.#differsSince.size > 0) this.#saysWhatIsSo();
    this.#hasNews = false;
    this.#endsWithinItsClock();
  }

  /** When all has come to rest: what status says is what lives, exactly. */
  atRest(rows: readonly ServiceRecord[]): void {
    const named: string[] = [];
    // A policy may go on for ever, with what comes up, and falls down, and comes up: that is never at rest.
    const goesOn = followedBy(
      this.#specs,
      this.#specs.filter(isKeptUp).map(({ name }) => name),
    );
    for (const { name, state } of rows) {
      if ("pid" in state && state.pid !== null && !goesOn.has(name)) named.push(`${name} ${state.pid}`);
    }
    // One that was spawned in the very moment its supervisor was killed is on no record: the next start or stop finds it.
    const onRecord = new Set([...this.#machine.pidFiles.values()].map(({ runId }) => runId));
    const living = this.#machine.processes
      .filter(({ leads, runId }) => leads && onRecord.has(runId))
      .filter(({ service }) => !goesOn.has(service))
      .map(({ service, pid }) => `${service} ${pid}`);
    this.#must(
      named.toSorted().join() === living.toSorted().join(),
      `status names ${named.join()}, and there live ${living.join()}`,
    );
    for (const { name, state } of rows) {
      const mayGoOn = goesOn.has(name);
      const isHanging = state.phase === "starting" || state.phase === "backoff" || state.phase === "killing";
      this.#must(!isHanging || mayGoOn || this.#isUnwritten(name, state), `${name} is ${state.phase} for ever`);
    }
  }

  /** Its supervisor was killed before it could write down more than the PID, and there is no other: nobody knows how far it came. */
  #isUnwritten(name: string, state: ServiceRecord["state"]): boolean {
    if (this.#session.orchestrator !== null || state.phase !== "starting") return false;
    const written = this.#machine.state?.services.find((row) => row.name === name)?.state;
    return written === undefined || !("pid" in written) || written.pid !== state.pid;
  }

  /** After the last stop: nothing lives, nothing is on record, and no supervisor stays. */
  afterAll(): void {
    const living = this.#machine.processes.filter(({ lives }) => lives).map(({ service }) => service);
    this.#must(living.length === 0, `after everything was stopped there live ${living.join(" ")}`);
    this.#must(
      this.#machine.pidFiles.size === 0,
      `records are left of ${[...this.#machine.pidFiles.keys()].join(" ")}`,
    );
    this.#must(this.#session.orchestrator === null, "the supervisor stays though nothing runs");
  }

  /** kill -9: what was underway is forgotten, what lives goes on. */
  forget(): void {
    this.#start = null;
    this.#policySpawns.clear();
    this.#document = null;
    this.#differsSince.clear();
  }

  #mayStart(name: string): void {
    this.spawns += 1;
    const states = new Map(this.#session.orchestrator?.document().services.map((row) => [row.name, row.state]));
    const start = this.#start;
    const spec = this.#specs.find((one) => one.name === name);
    this.#must(start !== null, `${name} starts, and nobody asked for it`);
    if (start === null || spec === undefined) return;
    this.#must(this.#machine.livingOf(name).length === 0, `${name} starts beside an earlier run`);
    if (states.get(name)?.phase === "backoff" && this.#wasUp.has(name)) return this.#mayStartAgain(spec);
    if (this.#own.has(name)) {
      this.#must(this.#replaced.has(name), `${name} starts by itself, and nothing it restarts with was restarted`);
      // As below: a FIFO takes its time.
      if (states.get(name)?.phase !== "backoff" && !spec.stdinOpen) this.#edgesHold(spec, states, start);
      return;
    }
    this.#must(start.operation.id > this.#lastStop, `${name} starts, and a stop has meant that start too`);
    this.#must(start.waveOf.has(name), `${name} starts, and is no part of the plan`);
    // Between its turn and its spawn lies the making of a FIFO: anything may have happened.
    if (spec.stdinOpen) return;
    const isRetry = states.get(name)?.phase === "backoff";
    if (!isRetry) this.#edgesHold(spec, states, start);
    // What its policy restarts may fall down again between two attempts of another.
    const falls = new Set(isRetry ? this.#specs.filter(isKeptUp).map((one) => one.name) : []);
    const others = [...start.waveOf].filter(([other]) => other !== name && !falls.has(other));
    const isUnsettled = ([other]: readonly [string, number]) =>
      unsettled.includes(states.get(other)?.phase ?? "pending");
    // What was restarted within this start comes after those who have begun already.
    if (start.strategy === "waves" && !isRetry) {
      const before = others.filter(([, wave]) => wave < (start.waveOf.get(name) ?? 0));
      this.#must(!before.some(isUnsettled), `${name} starts before the wave before it has settled`);
    }
    // One that is restarted within this start is not starting while it waits for its turn again; nor, to one whose turn it is still, while it is stopped.
    const isStarting = ([other]: readonly [string, number]) => {
      const phase = states.get(other)?.phase;
      return phase === "killing" ? !isRetry : phase !== "pending" || this.#machine.livingOf(other).length > 0;
    };
    const starting = others.filter((one) => isUnsettled(one) && isStarting(one) && start.begun.has(one[0])).length;
    if (start.strategy === "one-by-one") this.#must(starting === 0, `${name} starts beside another, one by one`);
    const { startLimit } = this.#session.file.settings;
    if (startLimit !== null) this.#must(starting < startLimit, `${name} starts beyond the limit of ${startLimit}`);
    start.begun.add(name);
    if (!start.firstSpawn.has(name)) start.firstSpawn.set(name, this.#machine.clock.now);
  }

  /** A policy's restart: never of what was stopped, never in a crash loop. */
  #mayStartAgain({ name, restart, onUnhealthy }: ServiceSpec): void {
    const { now } = this.#machine.clock;
    const spawns = [...(this.#policySpawns.get(name) ?? []), now].filter((at) => now - at < 60_000);
    this.#policySpawns.set(name, spawns);
    this.policySpawns += 1;
    const mayBe = restart.kind !== "no" || onUnhealthy === "restart";
    this.#must(mayBe, `${name} is restarted, and no policy says so`);
    this.#must(spawns.length <= 4, `${name} is restarted ${spawns.length} times within a minute`);
    const limit = restart.kind === "on-failure" ? restart.limit : null;
    this.#must(limit === null || onUnhealthy === "restart" || spawns.length <= limit, `${name} is restarted too often`);
    const last = this.#machine.processes.findLast(({ service, leads }) => service === name && leads);
    const endedWell = last?.exit?.code === 0 && onUnhealthy === "report";
    this.#must(!(endedWell && restart.kind === "on-failure"), `${name} ended with 0, and is restarted on failure`);
  }

  #edgesHold({ name, dependsOn }: ServiceSpec, states: ReadonlyMap<string, ServiceState>, start: Start): void {
    const { command } = start.operation;
    for (const { service, condition, required } of dependsOn) {
      if ("dependencies" in command && command.dependencies === "ignore" && !start.waveOf.has(service)) continue;
      const phase = states.get(service)?.phase;
      const holds = phase !== undefined && holding[condition].includes(phase);
      const isGivenUp = !required && (phase === undefined || lost.includes(phase));
      this.#must(holds || isGivenUp, `${name} starts, and ${service}, to be ${condition}, is ${phase ?? "unknown"}`);
      const runs = this.#machine.processes.filter((one) => one.service === service);
      if (phase === "completed") {
        const wasDone = runs.some(({ exit }) => exit?.code === 0);
        this.#must(wasDone, `${name} starts, and ${service} never ended well`);
      } else if (holds) this.#must(runs.length > 0, `${name} starts, and ${service} never ran`);
    }
  }

  /** Nobody is ready whose process has not said so. */
  #wasReady(name: string, state: ServiceState): void {
    if (state.phase !== "ready") return;
    const process = this.#machine.processes.find(({ pid }) => pid === state.pid);
    this.#must(process?.service === name, `${name} is ready, and its pid ${state.pid} is not its own`);
    const isChecked = this.#specs.some((spec) => spec.name === name && spec.healthCheck.kind !== "none");
    this.#must(!isChecked || process?.answeredWell === true, `${name} is ready, and no probe has found it so`);
  }

  #saysWhatIsSo(): void {
    if (this.#document === null || !this.#session.orchestrator?.hasStock) return;
    const { now } = this.#machine.clock;
    for (const { name, state } of this.#document.services) {
      const living = this.#machine.livingOf(name);
      this.#must(living.length <= 1, `${name} runs ${living.length} times`);
      const pid = "pid" in state ? state.pid : null;
      const leader = living.find(({ leads }) => leads)?.pid ?? null;
      if (pid === leader) this.#differsSince.delete(name);
      else if (!this.#differsSince.has(name)) this.#differsSince.set(name, now);
      const since = now - (this.#differsSince.get(name) ?? now);
      this.#must(since <= noticeMs, `for ${since} ms ${name} is ${state.phase} with pid ${pid}, and ${leader} lives`);
    }
  }

  #endsWithinItsClock(): void {
    const { now } = this.#machine.clock;
    for (const [name, since] of this.#start?.firstSpawn ?? []) {
      const phase = this.#document?.services.find((row) => row.name === name)?.state.phase;
      if (phase === undefined || !unsettled.includes(phase)) {
        this.#start?.firstSpawn.delete(name);
        continue;
      }
      const spec = this.#specs.find((one) => one.name === name);
      const limit = (spec?.startTimeoutMs ?? 0) + afterClockMs;
      this.#must(now - since <= limit, `${name} is ${phase}, ${now - since} ms after its first spawn`);
    }
  }

  /** The services and all that need them: what a stop of them ends. */
  #needing(names: readonly string[]): readonly string[] {
    const found = new Set(names);
    for (let before = -1; before !== found.size;) {
      before = found.size;
      for (const { name, dependsOn } of this.#specs)
        if (this.#met.has(name) && dependsOn.some((edge) => found.has(edge.service))) found.add(name);
    }
    return [...found];
  }

  get #specs(): readonly ServiceSpec[] {
    return this.#session.file.services;
  }

  get #session(): VirtualSession {
    if (this.#watched === null) throw new Error("no session");
    return this.#watched;
  }

  /** Noted, not thrown: whoever called is the product. */
  #must(holds: boolean, what: string): void {
    if (!holds) this.violation ??= `${this.#machine.clock.now} ms: ${what}`;
  }
}
