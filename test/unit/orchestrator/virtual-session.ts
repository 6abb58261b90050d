import { UserError } from "../../../scripts/lib/diagnostic/user-error.ts";
import type { Event, StartEnd, StopReport } from "../../../scripts/lib/model/event.ts";
import type { ServiceSpec } from "../../../scripts/lib/model/service.ts";
import type { ServicesFile } from "../../../scripts/lib/model/services-file.ts";
import type { SupervisorIdentity } from "../../../scripts/lib/model/state-document.ts";
import type { StartRequest, StopRequest } from "../../../scripts/lib/orchestrator/operation.ts";
import { Orchestrator } from "../../../scripts/lib/orchestrator/orchestrator.ts";
import { stopFromDisk } from "../../../scripts/lib/orchestrator/stop-from-disk.ts";
import { workspacePaths } from "../../../scripts/lib/state/workspace-paths.ts";
import type { VirtualMachine } from "./virtual-machine.ts";

export const paths = workspacePaths("/virtual");

const supervisor: SupervisorIdentity = { pid: 7, startTime: "1", bootId: "boot", pidNs: "1", version: "0" };

/** What a user does. */
export type Command =
  | ({ readonly kind: "start" } & Omit<StartRequest, "file" | "profiles" | "environment">)
  | ({ readonly kind: "stop" } & StopRequest)
  /** Ctrl-C at the last start. */
  | { readonly kind: "interrupt"; readonly level: 1 | 2 }
  /** kill -9 of the supervisor: now, or between the next spawn and its record. */
  | { readonly kind: "kill-nine"; readonly at: "now" | "next-spawn" }
  /** Another version replaces the supervisor: it writes down what it knows and leaves. */
  | { readonly kind: "retire" }
  /** services.yaml: this service's key `command` is another now. */
  | { readonly kind: "edit"; readonly service: string };

export type Operation = { readonly id: number; readonly interrupt: (level: 1 | 2) => void } & (
  | { readonly kind: "start"; readonly command: Extract<Command, { kind: "start" }> }
  | { readonly kind: "stop"; readonly command: Extract<Command, { kind: "stop" }> }
);

export interface Listener {
  readonly event: (event: Event, operation: Operation) => void;
  /** Every event, whoever asked for it. */
  readonly heard: (event: Event) => void;
  readonly changed: () => void;
  readonly debug: (line: string) => void;
  readonly started: (operation: Operation, end: StartEnd) => void;
  readonly stopped: (operation: Operation, report: StopReport) => void;
}

/** A workspace as supervisor/ and session/ use it: one orchestrator at a time, a stop from disk where there is none. */
export class VirtualSession {
  orchestrator: Orchestrator | null = null;
  /** What was asked for and is not answered yet. */
  readonly underway = new Map<number, Operation>();
  /** Commands that wait for their turn. */
  waiting = 0;
  file: ServicesFile;
  error: unknown = null;
  readonly #machine: VirtualMachine;
  readonly #listener: Listener;
  #count = 0;
  #diskStop: Promise<void> | null = null;
  #isWriting = false;

  constructor(file: ServicesFile, machine: VirtualMachine, listener: Listener) {
    this.file = file;
    this.#machine = machine;
    this.#listener = listener;
  }

  async give(command: Command): Promise<void> {
    switch (command.kind) {
      case "start":
        return this.#start(command);
      case "stop":
        return this.#stop(command);
      case "interrupt":
        return [...this.underway.values()].findLast(({ kind }) => kind === "start")?.interrupt(command.level);
      case "kill-nine":
        if (command.at === "now") this.die();
        else this.#machine.killAtSpawn = true;
        return;
      case "retire":
        return this.#retire();
      case "edit":
        return this.#edit(command.service);
    }
  }

  #open(): Orchestrator {
    const options = {
      paths,
      supervisor,
      previous: this.#machine.state,
      onChange: () => this.#onChange(),
      persist: () => this.#persist(),
      debug: this.#listener.debug,
      pauseAt: () => {},
      recentListeners: async () => [],
      logs: { baseOf: () => 0, settled: () => null },
    };
    this.orchestrator = new Orchestrator(options);
    this.orchestrator.hear(this.#listener.heard);
    return this.orchestrator;
  }

  /** As supervisor/supervise.ts: state.json follows within 20 ms, and who has nothing left to do leaves. */
  #onChange(): void {
    this.#listener.changed();
    const { clock } = this.#machine;
    const own = this.orchestrator;
    clock.at(0, "product", () => {
      if (this.orchestrator === own && own?.isIdle && this.underway.size === 0) this.#retire();
    });
    if (this.#isWriting) return;
    this.#isWriting = true;
    clock.at(20, "product", () => this.#persist());
  }

  #persist(): void {
    this.#isWriting = false;
    if (this.orchestrator) this.#machine.state = this.orchestrator.document();
  }

  #retire(): void {
    const { orchestrator } = this;
    // As supervisor/supervise.ts.
    if (orchestrator) {
      const document = orchestrator.document();
      const isClean = orchestrator.hasStock && orchestrator.isIdle;
      this.#machine.state = isClean ? { ...document, supervisor: null } : document;
    }
    this.die();
  }

  die(): void {
    // A command that stops from disk is a process of its own.
    if (this.orchestrator === null) return;
    this.orchestrator = null;
    this.#isWriting = false;
    this.underway.clear();
    this.#machine.orphanAll();
  }

  async #start(command: Extract<Command, { kind: "start" }>): Promise<void> {
    await this.#lock();
    const request = { ...command, file: this.file, profiles: [] };
    const id = (this.#count += 1);
    const operation: Operation = { id, kind: "start", command, interrupt: (level) => begun.interrupt(level) };
    const orchestrator = this.orchestrator ?? this.#open();
    const begun = orchestrator.start(request, (event) => this.#listener.event(event, operation));
    this.underway.set(id, operation);
    await this.#follow(operation, begun.done, (end) => this.#listener.started(operation, end));
  }

  async #stop(command: Extract<Command, { kind: "stop" }>): Promise<void> {
    await this.#lock();
    const id = (this.#count += 1);
    const { orchestrator } = this;
    // As supervisor/serve-client.ts: one that was never asked anything lets the disk speak.
    if (orchestrator === null || (orchestrator.isIdle && !orchestrator.hasStock))
      return this.#stopFromDisk(id, command);
    const operation: Operation = { id, kind: "stop", command, interrupt: (level) => begun.interrupt(level) };
    const begun = orchestrator.stop(command, (event) => this.#listener.event(event, operation));
    this.underway.set(id, operation);
    await this.#follow(operation, begun.done, (report) => this.#listener.stopped(operation, report));
  }

  /** It is the stop's, as long as one acts from disk. */
  async #lock(): Promise<void> {
    this.waiting += 1;
    while (this.#diskStop !== null) await this.#diskStop;
    this.waiting -= 1;
  }

  async #stopFromDisk(id: number, command: Extract<Command, { kind: "stop" }>): Promise<void> {
    this.#retire();
    const operation: Operation = { id, kind: "stop", command, interrupt: () => {} };
    this.underway.set(id, operation);
    const force = new AbortController();
    if (command.force) force.abort();
    const report = stopFromDisk(paths, { ...command, force: force.signal }, () => {});
    this.#diskStop = this.#follow(operation, report, (end) => this.#listener.stopped(operation, end));
    await this.#diskStop.finally(() => {
      this.#diskStop = null;
    });
  }

  async #follow<Result>(operation: Operation, done: Promise<Result>, tell: (result: Result) => void): Promise<void> {
    try {
      const result = await done;
      this.underway.delete(operation.id);
      tell(result);
    } catch (error) {
      this.underway.delete(operation.id);
      // A service that was never started is not known to a stop.
      const isUnknown = error instanceof UserError && error.problems[0].code === "SERVICE_UNKNOWN";
      if (!isUnknown || operation.command.services.length === 0) this.error ??= error;
    }
  }

  #edit(service: string): void {
    const changed = (spec: ServiceSpec): ServiceSpec => {
      const specHash = `${spec.specHash}+`;
      return spec.name === service ? { ...spec, specHash, specKeys: { command: specHash } } : spec;
    };
    this.file = { ...this.file, services: this.file.services.map(changed) };
  }
}
