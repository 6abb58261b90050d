import type { StateDocument } from "../../../scripts/lib/model/state-document.ts";
import type { Marker } from "../../../scripts/lib/process/marker.ts";
import type { PidRecord } from "../../../scripts/lib/process/pid-file.ts";
import type { ProcessStat } from "../../../scripts/lib/process/proc-table.ts";
import type { SpawnRequest, SpawnResult } from "../../../scripts/lib/process/spawn-service.ts";
import type { StateReading } from "../../../scripts/lib/state/state-file.ts";
import type { ProbeResult } from "../../../scripts/lib/health/probe-result.ts";
import { currentBootId, identityFrom } from "../../../scripts/lib/process/identity.ts";
import { VirtualClock } from "./virtual-clock.ts";
import { type Script, VirtualProcess } from "./virtual-process.ts";

/**
 * What the orchestrator's ground floor stands on: a clock, processes that follow a script, PID files and a state.json. It keeps the promises of
 * the rooms process/ and health/ and nothing else; all that decides is the product's own.
 */
export class VirtualMachine {
  readonly clock = new VirtualClock();
  readonly processes: VirtualProcess[] = [];
  readonly pidFiles = new Map<string, PidRecord>();
  state: StateDocument | null = null;
  /** Told of every spawn before the process is born. */
  onSpawn: (service: string) => void = () => {};
  /** Told of every birth and every end. */
  onChange: () => void = () => {};
  /** Whether the supervisor is killed at its next spawn, before it can write the record of it; "done": it was. */
  killAtSpawn: boolean | "done" = false;
  readonly #scripts: ReadonlyMap<string, readonly Script[]>;
  readonly #runs = new Map<string, number>();

  /** @param scripts Of each service: what its first run does, its second, … and the last one for ever. */
  constructor(scripts: ReadonlyMap<string, readonly Script[]>) {
    this.#scripts = scripts;
  }

  livingOf(service: string): readonly VirtualProcess[] {
    return this.processes.filter((process) => process.service === service && process.lives);
  }

  table(): ReadonlyMap<number, ProcessStat> {
    const rows = this.processes.flatMap((process) => process.rows());
    return new Map(rows.map((row) => [row.pid, row]));
  }

  /** The supervisor is gone: nobody hears of the ends of its children any more. */
  orphanAll(): void {
    this.clock.drop("product");
    this.killAtSpawn = false;
    for (const process of this.processes) {
      process.onExit = null;
      process.onGone.clear();
    }
  }

  async spawn({ service, marker }: SpawnRequest): Promise<SpawnResult> {
    const run = this.#runs.get(service) ?? 0;
    const scripts = this.#scripts.get(service) ?? [];
    const script = scripts[Math.min(run, scripts.length - 1)];
    if (script === undefined) throw new Error(`no script for ${service}`);
    this.onSpawn(service);
    this.#runs.set(service, run + 1);
    if (script.spawn === "not-found") {
      return { ok: false, reason: { kind: "spawn-error", errno: "ENOENT", subject: "command", path: service } };
    }
    const { clock } = this;
    const { runId, workspaceId } = marker;
    const pid = 100 + 2 * this.processes.length;
    const born = new VirtualProcess({ service, runId, workspaceId, pid, bornAt: clock.now, script });
    this.processes.push(born);
    this.onChange();
    born.onChange = () => this.onChange();
    const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      born.onExit = resolve;
    });
    if (script.endsAfterMs !== null) this.#end(born, script.endsAfterMs, { code: script.exitCode, signal: null });
    if (this.killAtSpawn !== false) {
      this.killAtSpawn = "done";
      return new Promise(() => {});
    }
    const [row] = born.rows();
    const identity =
      row === undefined
        ? { pid, startTime: born.startTime, bootId: currentBootId(), pidNs: "" }
        : identityFrom({ ...row, pid });
    return { ok: true, process: { pid, identity, logOffset: 0, exited } };
  }

  record(record: PidRecord): void {
    const { service, runId } = record;
    const isRefused = this.processes.some((one) => one.runId === runId && one.script.spawn === "not-recorded");
    if (isRefused) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
    this.pidFiles.set(service, record);
  }

  /** Processes that bear our marker in their environment. */
  marked(): readonly { readonly pid: number; readonly marker: Marker }[] {
    return this.processes.flatMap((process) => {
      const { service, runId, workspaceId } = process;
      return process.rows().map(({ pid }) => ({ pid, marker: { service, runId, workspaceId } }));
    });
  }

  reading(): StateReading {
    return this.state === null ? { kind: "missing" } : { kind: "found", document: this.state, writtenAt: 0 };
  }

  /** Whoever serves at that service's address answers, and the answer takes its time: by then it may be stale. */
  async probe(service: string): Promise<ProbeResult> {
    const askedAt = this.clock.now;
    const server = this.processes.find((one) => one.service === service && one.isReadyAt(askedAt));
    const isWell = server !== undefined && !server.isSickAt(askedAt);
    if (isWell) server.answeredWell = true;
    await this.passes(server?.script.answerMs ?? 0);
    const latencyMs = this.clock.now - askedAt;
    if (isWell) return { ok: true, message: "status 200", latencyMs };
    const kind = server === undefined ? "refused" : "answered";
    return { ok: false, message: server === undefined ? "refused" : "status 503", kind, latencyMs };
  }

  /** The stop signal goes to the whole group. */
  terminate(process: VirtualProcess): void {
    const { ignoresTerm, termMs } = process.script;
    if (ignoresTerm) return;
    process.endChild();
    this.#end(process, termMs, { code: null, signal: "SIGTERM" });
  }

  kill(process: VirtualProcess): void {
    process.endChild();
    process.endLeader({ code: null, signal: "SIGKILL" }, this.clock.now);
  }

  #end(process: VirtualProcess, afterMs: number, exit: { code: number | null; signal: NodeJS.Signals | null }): void {
    this.clock.at(afterMs, "world", () => {
      process.endLeader(exit, this.clock.now);
      if (process.hasChild) this.clock.at(process.script.childMs, "world", () => process.endChild());
    });
  }

  /** What takes its time. */
  async passes(ms: number): Promise<void> {
    if (ms === 0) return;
    await new Promise<void>((resolve) => {
      this.clock.at(ms, "product", resolve);
    });
  }
}

let present: VirtualMachine | null = null;

/** The machine the product runs on now. */
export function machine(): VirtualMachine {
  if (present === null) throw new Error("no virtual machine runs");
  return present;
}

export function runOn(next: VirtualMachine | null): void {
  present = next;
}
