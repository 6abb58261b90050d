import { cpus, release, totalmem } from "node:os";
import type { Tool } from "../engines/tool.ts";

/** What numbers depend on. Nothing here tells whose machine it was. */
export interface Surroundings {
  readonly date: string;
  readonly machine: string;
  readonly rounds: number;
  readonly versions: readonly (readonly [string, string])[];
}

export function surroundingsOf(tools: readonly Tool[], rounds: number): Surroundings {
  const cores = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cores.length} cores (${cores[0]?.model ?? "unknown"}), ${gigabytes} GB, Linux ${release().split("-")[0]}, Node ${process.versions.node}`,
    rounds,
    versions: tools.map((tool) => [tool.name, tool.missing() === null ? tool.version() : "missing"]),
  };
}
