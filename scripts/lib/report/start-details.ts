import type { Emit } from "../model/event.ts";

/** What the events of a start told that its end does not: needed to explain failures. */
export interface StartDetails {
  readonly diagnoses: ReadonlyMap<string, Diagnosis>;
  /** Declared ports by service. */
  readonly ports: ReadonlyMap<string, readonly number[]>;
}

interface Diagnosis {
  /** Absolute path. */
  readonly log: string;
  readonly logTail: readonly string[];
}

export const noDetails: StartDetails = { diagnoses: new Map(), ports: new Map() };

/** Gathers the details while the events pass. Of a service that was diagnosed twice the last diagnosis counts. */
export function gatherStartDetails(): { readonly event: Emit; readonly details: StartDetails } {
  const diagnoses = new Map<string, Diagnosis>();
  const ports = new Map<string, readonly number[]>();
  return {
    details: { diagnoses, ports },
    event(event) {
      if (event.type === "service-diagnosed") diagnoses.set(event.service, { log: event.log, logTail: event.logTail });
      if (event.type !== "start-planned" || !event.ports) return;
      for (const [service, declared] of Object.entries(event.ports)) ports.set(service, declared);
    },
  };
}
