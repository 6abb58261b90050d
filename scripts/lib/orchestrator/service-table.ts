import { assertKnownServices } from "../diagnostic/assert-known-services.ts";
import { dependentsOf } from "../graph/dependents-of.ts";
import type { ServicesFile } from "../model/services-file.ts";
import type { ServiceRecord, StateDocument } from "../model/state-document.ts";
import { isSameProcess } from "../process/identity.ts";
import type { KillTarget } from "../process/kill-services.ts";
import { removePidFile } from "../process/pid-file.ts";
import { killTargetOf } from "./end-process.ts";
import { findLeftovers } from "./leftovers.ts";
import { probeNow } from "./probe-now.ts";
import { ServiceRun } from "./service-run.ts";
import type { StartPlan } from "./start-plan.ts";
import { type Stock, takeStock } from "./take-stock.ts";
import type { World } from "./world.ts";

/** What a stop means. */
export interface Stopped {
  readonly runs: readonly ServiceRun[];
  /** Services that left the file. */
  readonly orphans: readonly KillTarget[];
  /** What only its marker gives away. Reads the environment of every process: milliseconds. */
  readonly findLeftovers: () => readonly KillTarget[];
}

/** Every service this supervisor knows of: those it started or adopted, and living ones that left services.yaml. */
export class ServiceTable {
  readonly runs = new Map<string, ServiceRun>();
  #orphans: Stock["orphans"] = new Map();
  #hasStock = false;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  get all(): readonly ServiceRun[] {
    return [...this.runs.values()];
  }

  /** Whether what an earlier supervisor left is known by now. */
  get hasStock(): boolean {
    return this.#hasStock;
  }

  /** Whether a process of ours lives. */
  get hasLiving(): boolean {
    return this.all.some(({ record }) => record !== null);
  }

  /** Whether nothing runs, starts or waits for its next attempt. */
  get isQuiet(): boolean {
    return this.all.every(
      ({ record, isSettled, state }) => record === null && (isSettled || state.phase === "pending"),
    );
  }

  /** The log of every service there is. */
  get logs(): readonly { readonly name: string; readonly file: string; readonly isStarting: boolean }[] {
    return this.all.map(({ name, logFile, state }) => ({
      name,
      file: logFile,
      isStarting: state.phase === "starting",
    }));
  }

  /** Asks the health of everything that runs, now. */
  async probeAll(): Promise<void> {
    await Promise.all(this.all.filter(({ isAlive }) => isAlive).map((run) => probeNow(run, this.#world)));
  }

  /** Adopts what an earlier supervisor left; only the first call does anything. */
  async takeStock(file: ServicesFile, previous: StateDocument | null): Promise<void> {
    if (this.#hasStock) return;
    const stock = await takeStock(file, this.#world, this.runs, previous);
    this.#orphans = stock.orphans;
    this.#hasStock = true;
  }

  /** Makes everything of the plan pending, but what is up already. @returns What is pending now. */
  plan(plan: StartPlan): readonly ServiceRun[] {
    return plan.waves.flatMap(({ index: wave, services }) =>
      services.flatMap((spec) => {
        const run = this.runs.get(spec.name) ?? new ServiceRun(spec, this.#world);
        this.runs.set(spec.name, run);
        if (run.isAlive || run.state.phase === "completed") {
          run.wave = wave;
          this.#world.emit({ type: "service-unchanged", at: Date.now(), service: run.name, wave, state: run.state });
          return [];
        }
        run.plan(spec, wave);
        return [run];
      }),
    );
  }

  /** The runs of a plan, in its order. */
  of(plan: StartPlan): readonly ServiceRun[] {
    return [...plan.waveOf.keys()].flatMap((name) => this.runs.get(name) ?? []);
  }

  /**
   * What a stop means: everything, or the named services and what depends on them.
   *
   * @throws {UserError} `SERVICE_UNKNOWN`.
   */
  stopped(names: readonly string[]): Stopped {
    const orphans = this.#orphanTargets();
    if (names.length === 0) return { runs: this.all, orphans, findLeftovers: () => this.#leftovers() };
    const known = [...this.runs.keys(), ...this.#orphans.keys()];
    assertKnownServices(names, known);
    const specs = this.all.map(({ spec }) => spec);
    const affected = new Set(
      dependentsOf(
        specs,
        names.filter((name) => this.runs.has(name)),
      ),
    );
    return {
      runs: this.all.filter(({ name }) => affected.has(name)),
      orphans: orphans.filter(({ service }) => names.includes(service)),
      findLeftovers: () => this.#leftovers().filter(({ service }) => names.includes(service)),
    };
  }

  /** Living services that had left the file before this supervisor read it. */
  get orphanNames(): readonly string[] {
    return [...this.#orphans.keys()];
  }

  /** What a reload stops, since the file has it no more. */
  removed(names: readonly string[]): Stopped {
    const gone = new Set(names);
    return {
      runs: this.all.filter(({ name }) => gone.has(name)),
      orphans: this.#orphanTargets().filter(({ service }) => gone.has(service)),
      findLeftovers: () => [],
    };
  }

  /** Forgets services that left the file and do not live any more. */
  remove(names: readonly string[]): void {
    this.forget(names);
    for (const name of names) if (this.runs.get(name)?.record === null) this.runs.delete(name);
  }

  forget(stopped: readonly string[]): void {
    for (const name of this.#orphans.keys()) if (stopped.includes(name)) removePidFile(this.#world.paths.pids, name);
    this.#orphans = new Map([...this.#orphans].filter(([name]) => !stopped.includes(name)));
  }

  hasRunId(runId: string): boolean {
    const orphans = [...this.#orphans.values()].map(({ record }) => record);
    return [...this.all.map(({ record }) => record), ...orphans].some((record) => record?.runId === runId);
  }

  toRecords(): readonly ServiceRecord[] {
    const living = [...this.#orphans.values()].filter(({ record }) => isSameProcess(record));
    return [...this.all.map((run) => run.toRecord()), ...living.flatMap(({ row }) => row ?? [])];
  }

  #orphanTargets(): readonly KillTarget[] {
    return [...this.#orphans.values()].map(({ record }) => killTargetOf(record, null));
  }

  #leftovers(): readonly KillTarget[] {
    const records = [...this.#orphans.values()].map(({ record }) => record);
    const living = this.all.flatMap(({ record }) => record ?? []);
    const known = new Set([...records, ...living].map(({ runId }) => runId));
    // What was older was found when stock was taken.
    return findLeftovers(this.#world.paths.id, known, this.#hasStock ? this.#world.supervisedSince : "0");
  }
}
