import { setImmediate as nextTurn } from "node:timers/promises";
import type { Crowd } from "../health/probe-delay-ms.ts";
import { bringUp } from "./bring-up.ts";
import { timeOut } from "./give-up.ts";
import type { ServiceRun } from "./service-run.ts";
import { frontOf, hasFailed, isLost, type StartPlan, verdictFor } from "./start-plan.ts";
import type { World } from "./world.ts";

/** A start underway. `look` re-examines every pending service; call it after any change of any service. */
export interface WaveStart {
  readonly look: () => void;
  /** Resolves when every service of the plan is settled; again at once, unless a stop has unsettled some since. */
  readonly settled: () => Promise<void>;
  /** Names this start has spawned. */
  readonly spawned: ReadonlySet<string>;
  readonly crowd: () => Crowd;
  /** Nothing is spawned, skipped or called settled until what it returns is called. */
  readonly hold: () => () => void;
  /** Begins members anew that were stopped while the start was held. */
  readonly again: (runs: readonly ServiceRun[]) => void;
}

export interface StartWavesOptions {
  /** Further attempts for a service that exits before it is ready. */
  readonly maxRetries: number;
  /** Told once, at the first failure of a --fail-fast start: what is still starting and is waited for no longer. */
  readonly onFailFast: (starting: readonly ServiceRun[]) => void;
}

/** What a service waits for is told to people: not more often than they can read. */
const noticeMs = 100;

/** More spawns than this in one turn of the event loop would keep services spawned before from being probed. */
const spawnsATurn = 2;

/**
 * Carries a plan out: spawns each pending service as soon as the plan allows, skips what can no longer start.
 *
 * @param runs Every service that is known; those of the plan are pending, or up already.
 */
export function startWaves(
  plan: StartPlan,
  runs: ReadonlyMap<string, ServiceRun>,
  world: World,
  { maxRetries, onFailFast }: StartWavesOptions,
): WaveStart {
  world.pauseAt("planned");
  const members = [...plan.waveOf.keys()].flatMap((name) => runs.get(name) ?? []);
  const spawned = new Set<string>();
  const patience = new Map<string, NodeJS.Timeout>();
  const overdue = new Set<string>();
  const listeners: (() => void)[] = [];
  const waves = waveEvents(plan, runs, world);
  /** Services that this start is bringing up. */
  const onTheWay = new Set<ServiceRun>();
  const restarting = new Map<ServiceRun, NodeJS.Timeout>();
  let isSpawning = false;
  let noticedAt = Number.NEGATIVE_INFINITY;
  let noticeTimer: NodeJS.Timeout | null = null;
  /** Members that nobody can depend on any more, when last looked at. */
  let lostBefore = 0;
  let isLooking = false;
  let lookAgain = false;
  let hasGivenUp = false;
  let holds = 0;

  function isAllSettled(): boolean {
    return members.every(({ isSettled }) => isSettled);
  }

  function startingNow(): number {
    return [...spawned].filter((name) => runs.get(name)?.isSettled === false).length;
  }

  /** Health that went away is waited for within the dependent's own clock, not for ever. */
  function waitsOnHealth(run: ServiceRun): void {
    if (patience.has(run.name)) return;
    const timer = setTimeout(() => {
      overdue.add(run.name);
      look();
    }, run.spec.startTimeoutMs);
    patience.set(run.name, timer);
  }

  async function countedBringUp(run: ServiceRun): Promise<void> {
    const before = run.busy;
    onTheWay.add(run);
    // A policy's restart may have been about to spawn: whatever it still does comes first.
    await before;
    if (run.state.phase === "pending") await bringUp(run, world, maxRetries);
    onTheWay.delete(run);
  }

  /** Whether a policy, or an earlier supervisor's start that was taken over, is at work on it, and not this start. */
  function isRestarting(run: ServiceRun): boolean {
    return (run.state.phase === "starting" || run.state.phase === "backoff") && !onTheWay.has(run);
  }

  /** A policy may try for ever. The start waits for that as long as for a start of its own, and then calls it what it is. */
  function watchRestart(run: ServiceRun): void {
    if (isRestarting(run) === restarting.has(run)) return;
    clearTimeout(restarting.get(run));
    if (!isRestarting(run)) return void restarting.delete(run);
    const giveUp = (): void => {
      if (isRestarting(run)) run.busy = timeOut(run, world, run.beginLife(), run.history.restarts + 1);
    };
    restarting.set(run, setTimeout(giveUp, run.spec.startTimeoutMs));
  }

  /** Whether it is time to tell what is waited for; if not, a look is due when it is. */
  function mayNotice(): boolean {
    const leftMs = noticedAt + noticeMs - performance.now();
    if (leftMs > 0) {
      noticeTimer ??= setTimeout(() => {
        noticeTimer = null;
        look();
      }, leftMs);
      return false;
    }
    noticedAt = performance.now();
    return true;
  }

  async function lookOnce(): Promise<void> {
    let begun = 0;
    const stateOf = (name: string) => runs.get(name)?.state;
    // Within one look nobody of a lower rank becomes unsettled again: the front is worked out once.
    const front = frontOf(plan, stateOf);
    const lost = members.filter(({ state }) => isLost(state)).length;
    const isNoticing = mayNotice();
    // Behind the barrier there is nothing to decide but who can no longer start: with hundreds of services, most of the work.
    const isWhole = isNoticing || lost !== lostBefore;
    lostBefore = lost;
    for (const run of members) {
      if (holds > 0) break;
      watchRestart(run);
      if (run.state.phase !== "pending" || spawned.has(run.name)) continue;
      if (!isWhole && (plan.rank.get(run.name) ?? 0) > front.rank) continue;
      const verdict = verdictFor(run.spec, plan, stateOf, front);
      if (verdict.kind === "skip") {
        run.skip(verdict.because);
      } else if (verdict.kind === "wait") {
        const [dependency] = verdict.for;
        if (verdict.onHealth && dependency !== undefined && overdue.has(run.name)) {
          run.skip({ dependency, condition: "healthy", found: "unhealthy" });
          continue;
        }
        if (verdict.onHealth) waitsOnHealth(run);
        if (isNoticing) run.waitFor(verdict.for);
      } else if (plan.limit === null || startingNow() < plan.limit) {
        waves.begin(run.wave);
        spawned.add(run.name);
        run.busy = countedBringUp(run);
        begun += 1;
        isSpawning = true;
        if (begun % spawnsATurn === 0) await nextTurn();
      }
    }
    isSpawning = false;
  }

  async function lookUntilQuiet(): Promise<void> {
    isLooking = true;
    do {
      lookAgain = false;
      await lookOnce();
    } while (lookAgain);
    isLooking = false;
    if (holds > 0) return;
    waves.settle();
    giveUpIfAsked();
    if (!isAllSettled()) return;
    for (const timer of [...patience.values(), ...restarting.values()]) clearTimeout(timer);
    restarting.clear();
    if (noticeTimer) clearTimeout(noticeTimer);
    for (const tell of listeners.splice(0)) tell();
  }

  function giveUpIfAsked(): void {
    if (!plan.failFast || hasGivenUp || !members.some(({ state }) => hasFailed(state))) return;
    hasGivenUp = true;
    onFailFast(members.filter((run) => !run.isSettled));
  }

  function look(): void {
    lookAgain = true;
    if (!isLooking && holds === 0) void lookUntilQuiet();
  }

  function hold(): () => void {
    holds += 1;
    return () => {
      holds -= 1;
      look();
    };
  }

  function again(stopped: readonly ServiceRun[]): void {
    for (const run of stopped) {
      clearTimeout(patience.get(run.name));
      patience.delete(run.name);
      overdue.delete(run.name);
      spawned.delete(run.name);
      run.plan(run.spec, run.wave);
    }
  }

  function settled(): Promise<void> {
    return new Promise((resolve) => {
      listeners.push(resolve);
      look();
    });
  }

  look();
  return { look, settled, spawned, hold, again, crowd: () => ({ waiting: onTheWay.size, isSpawning }) };
}

/** Tells when a wave begins (its first spawn) and when it is settled. */
function waveEvents(plan: StartPlan, runs: ReadonlyMap<string, ServiceRun>, world: World) {
  const begunAt = new Map<number, number>();
  const settled = new Set<number>();
  return {
    begin(index: number): void {
      if (begunAt.has(index)) return;
      begunAt.set(index, performance.now());
      const services = plan.waves.find((wave) => wave.index === index)?.services.map(({ name }) => name) ?? [];
      world.emit({ type: "wave-started", at: Date.now(), wave: index, services });
    },
    settle(): void {
      for (const { index, services } of plan.waves) {
        const since = begunAt.get(index);
        if (since === undefined || settled.has(index) || !services.every(({ name }) => runs.get(name)?.isSettled))
          continue;
        settled.add(index);
        world.emit({ type: "wave-settled", at: Date.now(), wave: index, durationMs: performance.now() - since });
      }
    },
  };
}
