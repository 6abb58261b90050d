import { join } from "node:path";
import { withoutOutput } from "../model/probe-message.ts";
import { recordedState } from "../model/recorded-state.ts";
import type { HealthCheck, ServiceSpec } from "../model/service.ts";
import { isSettled, type ServiceState } from "../model/service-state.ts";
import type { ProbeRecord, ServiceRecord } from "../model/state-document.ts";
import { type PidRecord, removePidFile } from "../process/pid-file.ts";
import { noRestarts, type RestartHistory } from "./restart-policy.ts";
import { isAlive, type Occurrence, transition } from "./transition.ts";
import type { World } from "./world.ts";

/** One stretch of a service's life, from a start to its end. What comes back after it was aborted is stale and changes nothing. */
export type Life = AbortSignal;

/** Before its first life. */
const ended = new AbortController();
ended.abort("not begun");

/** A service and what has become of it: its state, its process's record, its last probe. Changes go through `apply`. */
export class ServiceRun {
  spec: ServiceSpec;
  wave = 0;
  state: ServiceState = { phase: "pending", waitingFor: [] };
  /** The record of its process; kept until nothing of the process is left. */
  record: PidRecord | null = null;
  logOffset = 0;
  restarts = 0;
  /** What its restart policy goes by; a start that was asked for begins it anew. */
  history: RestartHistory = noRestarts;
  exitCode: number | null = null;
  lastProbe: ProbeRecord | null = null;
  /** Milliseconds from the first spawn of the last start to ready; null when it did not become ready. */
  startupMs: number | null = null;
  /** How often it was stopped: whoever stops it to begin it again sees whether somebody else wants it stopped. */
  stops = 0;
  /** Settles when nothing of the last life is going on any more. */
  busy: Promise<void> = Promise.resolve();
  /** Transitions that should not have been possible: always 0, or we have a bug. */
  illegalTransitions = 0;

  readonly #world: World;
  #life = ended;
  #healthySince: number | null = null;
  #healthyMs = 0;

  constructor(spec: ServiceSpec, world: World) {
    this.spec = spec;
    this.#world = world;
  }

  get name(): string {
    return this.spec.name;
  }

  get logFile(): string {
    return join(this.#world.paths.logs, `${this.name}.log`);
  }

  get isAlive(): boolean {
    return isAlive(this.state);
  }

  /** Whether it runs, is about to, or has done its work: a restart has something to do. */
  get isUnderway(): boolean {
    return this.isAlive || this.state.phase === "backoff" || this.state.phase === "completed";
  }

  get isSettled(): boolean {
    return isSettled(this.state);
  }

  /** How long its process has been healthy without a break, or was when it last was healthy. */
  get healthyMs(): number {
    return this.#healthySince === null ? this.#healthyMs : performance.now() - this.#healthySince;
  }

  /** Makes it pending, by a possibly new spec. */
  plan(spec: ServiceSpec, wave: number): void {
    // One that waits for its next attempt is not to make it beside the one that was asked for.
    this.endLife();
    this.history = noRestarts;
    this.spec = spec;
    this.wave = wave;
    this.startupMs = null;
    this.exitCode = null;
    this.lastProbe = null;
    this.#change({ type: "planned", waitingFor: [] });
  }

  /** Begins a life; the one before is over. */
  beginLife(): Life {
    this.endLife();
    this.#life = new AbortController();
    return this.#life.signal;
  }

  /** The present life. */
  get life(): Life {
    return this.#life.signal;
  }

  /** The present life ends here; whatever it still waits for is stale. */
  endLife(): void {
    // With a reason of ours node does not make an exception, stack and all, that nobody looks at.
    this.#life.abort("the life is over");
  }

  /** Applies what happened in `life`. @returns false when that life is over. */
  apply(life: Life, occurrence: Occurrence): boolean {
    if (life.aborted) {
      this.#world.debug(`${this.name}: stale "${occurrence.type}" ignored in "${this.state.phase}"`);
      return false;
    }
    this.#change(occurrence);
    return true;
  }

  /** A pending service waits for these now; told when that changes. */
  waitFor(names: readonly string[]): void {
    if (this.state.phase !== "pending" || this.state.waitingFor.join() === names.join()) return;
    this.#change({ type: "planned", waitingFor: names });
  }

  skip(because: Extract<Occurrence, { type: "skipped" }>["because"]): void {
    this.#change({ type: "skipped", because });
  }

  /** Ends the present life and announces the kill, where there is something to end. */
  beginStop(): void {
    this.endLife();
    this.stops += 1;
    const { phase } = this.state;
    // A task that was done is done again after a stop.
    const stoppable = this.isAlive || phase === "pending" || phase === "backoff" || phase === "completed";
    if (stoppable) this.#change({ type: "stop-asked", at: Date.now() });
  }

  /** Nothing of it lives any more. */
  endStop(forced: boolean): void {
    this.dropRecord();
    if (this.state.phase === "killing") this.#change({ type: "stopped", forced, at: Date.now() });
  }

  /** Something of it lives on: its record stays, and so does what it is. */
  outliveStop(): void {
    if (this.state.phase !== "killing") return;
    const at = this.record?.startedAt ?? Date.now();
    this.#change({ type: "survived", at, why: "it could not be stopped" });
  }

  /** Forgets the process's record, on disk too. */
  dropRecord(): void {
    if (this.record === null) return;
    this.record = null;
    removePidFile(this.#world.paths.pids, this.name);
  }

  probed(result: { readonly ok: boolean; readonly latencyMs: number; readonly message: string }): void {
    const isNews = this.lastProbe?.ok !== result.ok || this.lastProbe.message !== result.message;
    const { ok, latencyMs, message } = result;
    this.lastProbe = { ok, latencyMs, message, checkedAt: Date.now() };
    if (!isNews || ok) return;
    this.#world.emit({ type: "probe-failed", at: Date.now(), service: this.name, message });
  }

  #change(occurrence: Occurrence): void {
    const next = transition(this.state, occurrence);
    if (next === null) {
      this.illegalTransitions += 1;
      const line = `${this.name}: illegal transition "${occurrence.type}" in "${this.state.phase}"`;
      this.#world.debug(line);
      console.error(line);
      return;
    }
    this.#world.debug(`${this.name}: ${this.state.phase} -> ${next.phase} (${occurrence.type})`);
    this.#measureHealth(next);
    this.state = next;
    // What was taken over as it stood has its own event.
    if (occurrence.type !== "adopted") {
      this.#world.emit({ type: "service-changed", at: Date.now(), service: this.name, wave: this.wave, state: next });
    }
    this.#world.changed();
  }

  #measureHealth({ phase }: ServiceState): void {
    if (phase === "starting") this.#healthyMs = 0;
    if (phase === "ready") this.#healthySince ??= performance.now();
    if (phase === "ready" || this.#healthySince === null) return;
    this.#healthyMs = performance.now() - this.#healthySince;
    this.#healthySince = null;
  }

  /** What state.json keeps of it: nothing secret. */
  toRecord(): ServiceRecord {
    const { spec } = this;
    return {
      name: spec.name,
      type: spec.type,
      wave: this.wave,
      state: recordedState(this.state),
      runId: this.record?.runId ?? null,
      specHash: spec.specHash,
      specKeys: spec.specKeys,
      dependsOn: spec.dependsOn.map(({ service, required, restart }) => ({ service, required, restart })),
      ports: spec.ports,
      healthCheck: withoutSecrets(spec.healthCheck),
      checkKind: spec.healthCheck.kind,
      cwd: spec.cwd,
      stopSignal: spec.stopSignal,
      stopGraceMs: spec.stopGraceMs,
      minUptimeMs: spec.minUptimeMs,
      log: this.logFile,
      logOffset: this.logOffset,
      restarts: this.restarts,
      exitCode: this.exitCode,
      lastProbe: this.lastProbe && { ...this.lastProbe, message: withoutOutput(this.lastProbe.message) },
    };
  }
}

function withoutSecrets(check: HealthCheck): HealthCheck {
  if (check.kind === "exec" || check.kind === "waitOn") return { kind: "none" };
  if (check.kind !== "http") return check;
  const { search, username, password } = new URL(check.url);
  const mayHoldSecrets = search !== "" || username !== "" || password !== "" || Object.keys(check.headers).length > 0;
  return mayHoldSecrets ? { kind: "none" } : check;
}
