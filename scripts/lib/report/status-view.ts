import type { StatusRow } from "./status-row.ts";

/** How a workspace stands at one moment, as `status` shows it. */
export interface StatusView {
  readonly name: string;
  readonly root: string;
  /** null: nobody supervises, or one that does not answer us. */
  readonly supervisorPid: number | null;
  readonly rows: readonly StatusRow[];
  /** Milliseconds since the epoch; null: somebody supervises, or nothing runs. */
  readonly unsupervisedSince: number | null;
  /** Complete sentences. */
  readonly hints: readonly string[];
}

/** What of a view is worth saying again when it is another: all but what changes with every look. */
export function gistOf(view: StatusView): string {
  const restless = { uptimeMs: null, cpuPercent: null, cpuSeconds: null, memoryBytes: null };
  const rows = view.rows.map((row) => ({
    ...row,
    ...restless,
    healthcheck: row.healthcheck && [row.healthcheck.ok, row.healthcheck.message],
  }));
  return JSON.stringify({ ...view, rows, unsupervisedSince: view.unsupervisedSince !== null });
}
