import type { Emit } from "../model/event.ts";
import type { ServiceTable } from "./service-table.ts";
import { plannedEvent } from "./start-operation.ts";
import type { Starting } from "./starting.ts";

/** Tells one that joins a start what it is about, and how far it has come. */
export function tellSoFar({ plan, file }: Starting, table: ServiceTable, emit: Emit): void {
  const at = Date.now();
  emit({ type: "operation-joined", at });
  if (plan === null || file === null) return;
  emit(plannedEvent(plan, file));
  for (const { name, wave, state } of table.of(plan)) emit({ type: "service-changed", at, service: name, wave, state });
}
