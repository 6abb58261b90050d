import { parseArgs } from "node:util";
import { nearestName } from "../../scripts/lib/diagnostic/nearest-name.ts";
import type { Workload } from "../workloads/workload.ts";
import { workloads } from "../workloads/workloads.ts";

export interface Arguments {
  readonly workloads: readonly Workload[];
  readonly rounds: number;
  readonly cycles: number;
  readonly isSmoke: boolean;
  readonly writes: boolean;
  readonly keepsRounds: boolean;
  readonly asksHelp: boolean;
}

const options = {
  only: { type: "string", multiple: true },
  rounds: { type: "string" },
  cycles: { type: "string" },
  smoke: { type: "boolean" },
  write: { type: "boolean" },
  keep: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** @throws {Error} In words for whoever typed it. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values } = parseArgs({ args: [...argv], options });
  const isSmoke = values.smoke ?? false;
  if (isSmoke && values.write) throw new Error("--smoke measures nothing, so there is nothing to --write");
  if (values.only && values.write)
    throw new Error("--write takes a whole run, not --only a part: its results belong together");
  const only = (values.only ?? []).flatMap((names) => names.split(",")).map((name) => name.trim());
  return {
    workloads: only.length === 0 ? workloads : only.map(workloadOf),
    rounds: isSmoke ? 1 : countOf("--rounds", values.rounds, 5),
    cycles: countOf("--cycles", values.cycles, 200),
    isSmoke,
    writes: values.write ?? false,
    keepsRounds: values.keep ?? false,
    asksHelp: values.help ?? false,
  };
}

function workloadOf(name: string): Workload {
  const found = workloads.find((one) => one.name === name);
  if (found) return found;
  const names = workloads.map((one) => one.name);
  const nearest = nearestName(name, names);
  const hint = nearest === null ? `There are ${names.join(", ")}` : `Did you mean ${nearest}?`;
  throw new Error(`No workload is called "${name}". ${hint}`);
}

function countOf(option: string, text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`${option} takes a whole number from 1 on, not "${text}"`);
  return count;
}
