import type { SteeredProgram } from "../support/steered-program.ts";
import type { Edge, Stack, StackService } from "./random-stack.ts";

/** What a program that has just reported itself was to wait for, and did not. @returns null when all is well. */
export function edgeBroken(
  run: SteeredProgram,
  { to, condition, required }: Edge,
  runs: readonly SteeredProgram[],
): string | null {
  if (!required) return null;
  const before = runs.filter((one) => Number(one.startTime) <= Number(run.startTime));
  const last = before.at(-1);
  if (last === undefined) return condition === "started" ? null : `${run.name} runs, and ${to} never did`;
  // By the programs' own stamps. A comparison with what never happened, NaN, fails.
  if (condition === "healthy" && !(last.healthyAt < run.startedAt || last.endingAt < run.startedAt)) {
    return `${run.name} runs before ${to} was healthy`;
  }
  if (condition === "completed" && !(last.endingAt < run.startedAt)) return `${run.name} runs before ${to} was done`;
  return null;
}

/** The services and all that depend on them. */
export function needing({ services }: Stack, names: readonly string[]): readonly string[] {
  const found = new Set(names);
  // Edges go to services further up only.
  for (const { name, edges } of services) if (edges.some(({ to }) => found.has(to))) found.add(name);
  return [...found];
}

type Fate = "up" | "down" | "unsure";

interface Known {
  readonly runs: number;
  readonly last: SteeredProgram | undefined;
  /** Whether what is done is done again. */
  readonly forgets: boolean;
}

/** The exit code that follows from the behaviours alone; null where it hangs on who is faster. */
export function expectedExitCode(
  stack: Stack,
  names: readonly string[],
  isAlone: boolean,
  known: (name: string) => Known,
): number | null {
  const wanted = names.length === 0 ? stack.services.map(({ name }) => name) : isAlone ? names : needed(stack, names);
  const fates = new Map<string, Fate>();
  for (const service of stack.services) {
    if (!wanted.includes(service.name)) continue;
    fates.set(service.name, fateOf(service, fates, known(service.name)));
  }
  const all = [...fates.values()];
  if (all.includes("unsure")) return null;
  const up = all.filter((fate) => fate === "up").length;
  return up === all.length ? 0 : up === 0 ? 1 : 2;
}

function fateOf({ edges, behaviours, isTask }: StackService, fates: ReadonlyMap<string, Fate>, known: Known): Fate {
  if (known.last?.isAlive()) {
    const now = behaviours[Math.min(known.runs, behaviours.length) - 1];
    return now?.kind === "well" && !Number.isNaN(known.last.healthyAt) ? "up" : "unsure";
  }
  // Whether a task that has run runs again hangs on what became of it.
  if (isTask && known.runs > 0 && !known.forgets) return "unsure";
  for (const { to, condition, required } of edges) {
    const fate = fates.get(to) ?? "up";
    if (!required || fate === "up") continue;
    // How a dependency ends after it was spawned matters to some, and who is faster then.
    return fate === "down" && condition !== "started" ? "down" : "unsure";
  }
  const attempts = [1, 2].map((attempt) => behaviours[Math.min(known.runs + attempt, behaviours.length) - 1]?.kind);
  const [first, second] = attempts;
  if (isTask) return first === "well" || first === "flaps" ? "up" : "down";
  const decisive = first === "dies-before-ready" ? second : first;
  if (decisive === "well") return "up";
  return decisive === "never-ready" || decisive === "dies-before-ready" ? "down" : "unsure";
}

/** The services and all they depend on. */
function needed({ services }: Stack, names: readonly string[]): readonly string[] {
  const found = new Set(names);
  for (const { name, edges } of services.toReversed()) if (found.has(name)) for (const { to } of edges) found.add(to);
  return [...found];
}
