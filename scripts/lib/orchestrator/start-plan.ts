import type { StartStrategy } from "../model/event.ts";
import type { Dependency, ServiceSpec, Wave } from "../model/service.ts";
import { isSettled, isUp, type ServiceState, type SkipCause } from "../model/service-state.ts";

/** What is to be started, and in which order. */
export interface StartPlan {
  readonly strategy: StartStrategy;
  readonly waves: readonly Wave[];
  readonly waveOf: ReadonlyMap<string, number>;
  /** A service may start once all of lower rank are settled, whatever became of them. Eager: all of rank 0. */
  readonly rank: ReadonlyMap<string, number>;
  /** Cap on simultaneous starts; null: none. */
  readonly limit: number | null;
  readonly failFast: boolean;
  /** true: dependencies that are not in the plan are not asked about (--no-deps). */
  readonly ignoreOthers: boolean;
}

/** What the plan says of a service that is pending. */
export type Verdict =
  | { readonly kind: "spawn" }
  | {
      readonly kind: "wait";
      readonly for: readonly string[];
      /** true: all that is missing is a dependency's health. */ readonly onHealth: boolean;
    }
  | { readonly kind: "skip"; readonly because: SkipCause };

/**
 * Makes the plan: `waves` puts a barrier after each wave, `one-by-one` one after each service of `order`, `eager` none.
 *
 * @param order Every service of the waves in the order one-by-one mode starts them; unused by the other strategies.
 */
export function planStart(
  waves: readonly Wave[],
  options: Pick<StartPlan, "strategy" | "limit" | "failFast" | "ignoreOthers"> & {
    readonly order: readonly ServiceSpec[];
  },
): StartPlan {
  const members = waves.flatMap(({ index, services }) => services.map(({ name }) => [name, index] as const));
  const waveOf = new Map(members);
  const rank = {
    waves: () => waveOf,
    eager: () => new Map(members.map(([name]) => [name, 0])),
    "one-by-one": () => new Map(options.order.map(({ name }, index) => [name, index])),
  }[options.strategy]();
  const { strategy, limit, failFast, ignoreOthers } = options;
  return { strategy, waves, waveOf, rank, limit, failFast, ignoreOthers };
}

/** How far a start has come: the lowest rank that is not settled, and who of it is not. */
export interface Front {
  readonly rank: number;
  readonly unsettled: readonly string[];
}

/** O(services). Skipped services settle out of turn, so the whole plan is looked at, not only the rank before. */
export function frontOf(plan: StartPlan, stateOf: (name: string) => ServiceState | undefined): Front {
  let rank = Number.POSITIVE_INFINITY;
  let unsettled: string[] = [];
  for (const [name, own] of plan.rank) {
    const state = stateOf(name);
    if (own > rank || state === undefined || isSettled(state)) continue;
    if (own < rank) [rank, unsettled] = [own, []];
    unsettled.push(name);
  }
  return { rank, unsettled };
}

/**
 * Whether a pending service may be spawned now. Level-triggered: it looks at states, not at what happened.
 *
 * @param stateOf Undefined for a name that is not known: off by profile, or never planned.
 */
export function verdictFor(
  spec: ServiceSpec,
  plan: StartPlan,
  stateOf: (name: string) => ServiceState | undefined,
  front: Front = frontOf(plan, stateOf),
): Verdict {
  if (plan.failFast) {
    const culprit = [...plan.waveOf.keys()].find((name) => hasFailed(stateOf(name)));
    if (culprit !== undefined)
      return { kind: "skip", because: { dependency: culprit, condition: "started", found: "fail-fast" } };
  }
  const isBarred = (plan.rank.get(spec.name) ?? 0) > front.rank;
  const waits: string[] = [];
  let onHealth = !isBarred;
  for (const dependency of spec.dependsOn) {
    if (plan.ignoreOthers && !plan.waveOf.has(dependency.service)) continue;
    const standing = standingOf(dependency, stateOf(dependency.service));
    if (standing.kind === "skip" && dependency.required) return standing;
    if (standing.kind !== "wait") continue;
    waits.push(dependency.service);
    onHealth &&= standing.onHealth;
  }
  // What a service needs says more than who else is in the wave before.
  if (waits.length > 0) return { kind: "wait", for: waits, onHealth };
  if (isBarred) return { kind: "wait", for: front.unsettled, onHealth: false };
  return { kind: "spawn" };
}

function standingOf({ service, condition }: Dependency, state: ServiceState | undefined): Verdict {
  const hold = (onHealth: boolean): Verdict => ({ kind: "wait", for: [service], onHealth });
  if (state === undefined) return { kind: "skip", because: { dependency: service, condition, found: "disabled" } };
  switch (state.phase) {
    case "pending":
    case "backoff":
      return hold(false);
    case "starting":
      return condition === "started" ? { kind: "spawn" } : hold(false);
    case "unhealthy":
      return condition === "started" ? { kind: "spawn" } : hold(true);
    case "ready":
    case "completed":
      if (condition !== "completed" || state.phase === "completed") return { kind: "spawn" };
      return hold(false);
    case "failed":
    case "timeout":
    case "skipped":
    case "killing":
    case "killed":
      return { kind: "skip", because: { dependency: service, condition, found: state.phase } };
  }
}

/** Whether what needs it has to be skipped. */
export function isLost({ phase }: ServiceState): boolean {
  return phase === "failed" || phase === "timeout" || phase === "skipped" || phase === "killing" || phase === "killed";
}

export function hasFailed(state: ServiceState | undefined): boolean {
  return state?.phase === "failed" || state?.phase === "timeout";
}

/** 0: all up; 2: some; 1: none. */
export function exitCodeOf(states: readonly ServiceState[]): 0 | 1 | 2 {
  const up = states.filter(isUp).length;
  if (up === states.length) return 0;
  return up === 0 ? 1 : 2;
}
