import type { ProcessStat } from "../../../scripts/lib/process/proc-table.ts";

/** What one run of a service does, in milliseconds of the virtual clock. */
export interface Script {
  readonly spawn: "runs" | "not-found" | "not-recorded";
  /** null: never. */
  readonly readyAfterMs: number | null;
  /** null: it lives until it is ended. */
  readonly endsAfterMs: number | null;
  readonly exitCode: number;
  /** Answers 503 for a while: it flaps. */
  readonly sickAfterMs: number | null;
  readonly sickForMs: number;
  /** How long an answer to a probe is on its way. */
  readonly answerMs: number;
  readonly ignoresTerm: boolean;
  /** From SIGTERM to its end, where it heeds that. */
  readonly termMs: number;
  /** A child in its group outlives it by so long; 0: it has none. */
  readonly childMs: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process and perhaps a child of it. It knows nothing of the product: it is what the invariants are checked against. */
export class VirtualProcess {
  readonly service: string;
  readonly runId: string;
  readonly workspaceId: string;
  readonly pid: number;
  readonly bornAt: number;
  readonly script: Script;
  exit: Exit | null = null;
  endedAt = Number.NaN;
  hasChild: boolean;
  /** Whether a probe has had a good answer of it. */
  answeredWell = false;
  /** Told of every end, by the machine. */
  onChange: () => void = () => {};
  /** Told by its parent, as long as that lives. */
  onExit: ((exit: Exit) => void) | null = null;
  /** Told when nothing of it lives any more. */
  readonly onGone = new Set<() => void>();

  constructor(owner: Pick<VirtualProcess, "service" | "runId" | "workspaceId" | "pid" | "bornAt" | "script">) {
    this.service = owner.service;
    this.runId = owner.runId;
    this.workspaceId = owner.workspaceId;
    this.pid = owner.pid;
    this.bornAt = owner.bornAt;
    this.script = owner.script;
    this.hasChild = owner.script.childMs > 0;
  }

  get startTime(): string {
    return String(this.pid);
  }

  get leads(): boolean {
    return this.exit === null;
  }

  /** Whether the leader or its child lives. */
  get lives(): boolean {
    return this.leads || this.hasChild;
  }

  isReadyAt(now: number): boolean {
    const { readyAfterMs } = this.script;
    return this.leads && readyAfterMs !== null && now >= this.bornAt + readyAfterMs;
  }

  isSickAt(now: number): boolean {
    const { sickAfterMs, sickForMs } = this.script;
    if (sickAfterMs === null) return false;
    const since = now - this.bornAt - sickAfterMs;
    return since >= 0 && since < sickForMs;
  }

  endLeader(exit: Exit, now: number): void {
    if (!this.leads) return;
    this.exit = exit;
    this.endedAt = now;
    this.onExit?.(exit);
    this.#tellWhenGone();
  }

  endChild(): void {
    this.hasChild = false;
    this.#tellWhenGone();
  }

  /** The rows of the process table that are its. */
  rows(): readonly ProcessStat[] {
    const row = (pid: number): ProcessStat => ({
      pid,
      ppid: 1,
      pgrp: this.pid,
      session: this.pid,
      state: "S",
      startTime: this.startTime,
      exitCode: 0,
      cpuTicks: 0,
      residentPages: 0,
      threads: 1,
    });
    return [...(this.leads ? [row(this.pid)] : []), ...(this.hasChild ? [row(this.pid + 1)] : [])];
  }

  #tellWhenGone(): void {
    this.onChange();
    if (this.lives) return;
    for (const tell of this.onGone) tell();
  }
}
