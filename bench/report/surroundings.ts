import { cpus, release, totalmem } from "node:os";
import type { Engine } from "../engines/engine.ts";

/** What numbers depend on. Nothing here tells whose machine it was. */
export interface Surroundings {
  readonly date: string;
  readonly machine: string;
  readonly rounds: number;
  readonly versions: readonly (readonly [string, string])[];
}

export function surroundingsOf(engines: readonly Engine[], rounds: number): Surroundings {
  const cores = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cores.length} cores (${cores[0]?.model ?? "unknown"}), ${gigabytes} GB, Linux ${release().split("-")[0]}, Node ${process.versions.node}`,
    rounds,
    versions: engines.map((engine) => [engine.name, engine.missing() === null ? engine.version() : "missing"]),
  };
}
