/** `status --json` as the design page promises it, written down here once more: the product's own types would agree with any mistake. */
export interface StatusDocument {
  readonly schemaVersion: number;
  readonly workspace: string;
  readonly root: string;
  readonly supervisor: { readonly pid: number } | null;
  readonly services: readonly StatusRow[];
  readonly summary: { readonly total: number; readonly ready: number; readonly failed: number };
}

export interface StatusRow {
  readonly name: string;
  readonly phase: string;
  readonly reason: string | null;
  readonly wave: number;
  readonly pid: number | null;
  readonly startedAt: number | null;
  readonly uptimeMs: number | null;
  readonly restarts: number;
  readonly exitCode: number | null;
  readonly retryAt: number | null;
  readonly ports: readonly number[];
  readonly cpuPercent: number | null;
  readonly cpuSeconds: number | null;
  readonly memoryBytes: number | null;
  readonly healthcheck: {
    readonly kind: string;
    readonly ok: boolean;
    readonly latencyMs: number;
    readonly message: string;
    readonly checkedAt: number;
  } | null;
  readonly log: string;
}
