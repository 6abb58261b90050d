import type { ServiceRecord, ServiceStatus } from "../model/state-document.ts";

/** One row of the document of `status --json`. */
export interface StatusRow extends ServiceStatus {
  /** When a service in `backoff` is tried again, in milliseconds since the epoch; null: it does not wait for that. */
  readonly retryAt: number | null;
}

/** The rows, each with when it is tried again. @param records Of the same moment, in any order. */
export function withRetries(
  rows: readonly ServiceStatus[],
  records: readonly Pick<ServiceRecord, "name" | "state">[],
): readonly StatusRow[] {
  const retries = new Map(
    records.flatMap(({ name, state }) => (state.phase === "backoff" ? [[name, state.until] as const] : [])),
  );
  return rows.map((row) => ({ ...row, retryAt: retries.get(row.name) ?? null }));
}
