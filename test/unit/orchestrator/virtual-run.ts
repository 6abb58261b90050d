import { recordsFromDisk } from "../../../scripts/lib/orchestrator/snapshot.ts";
import type { Scenario } from "./arbitrary-scenario.ts";
import { Invariants } from "./invariants.ts";
import { quiet } from "./virtual-clock.ts";
import { runOn, VirtualMachine } from "./virtual-machine.ts";
import { paths, VirtualSession } from "./virtual-session.ts";

/** Longer than anything in a scenario may take. */
const endlessMs = 120_000;

/** By then every script has come to its end. */
const restMs = 1_500;

/** And by then everybody has noticed: a look at an adopted process, a second for its children, a grace period. */
const noticeMs = 1_550;

const stopAll = { kind: "stop", services: [], force: false, timeoutMs: null, ordered: false } as const;

export interface Outcome {
  /** What did not hold; null: everything did. */
  readonly violation: string | null;
  readonly lines: readonly string[];
  readonly spawns: number;
  /** By a restart policy. */
  readonly policySpawns: number;
  readonly staleCallbacks: number;
  readonly virtualMs: number;
}

/** Plays a scenario on a machine of its own, looks at the invariants at every step, and stops everything at the end. */
export async function play({ file, scripts, commands }: Scenario): Promise<Outcome> {
  const machine = new VirtualMachine(scripts);
  runOn(machine);
  const invariants = new Invariants(machine);
  const session = new VirtualSession(file, machine, invariants);
  invariants.watch(session);
  const { clock } = machine;

  async function until(isReached: () => boolean): Promise<void> {
    const since = clock.now;
    while (invariants.violation === null && !isReached()) {
      const isGoing = await clock.step();
      obeyKill();
      invariants.look();
      if (!isGoing || clock.now - since > endlessMs) {
        invariants.violation ??= `${clock.now} ms: it never ends${isGoing ? "" : ": nobody waits for anything"}`;
      }
    }
  }
  function obeyKill(): void {
    if (machine.killAtSpawn === "done") session.die();
    if (session.orchestrator === null) invariants.forget();
  }
  async function pass(ms: number): Promise<void> {
    let isOver = false;
    clock.at(ms, "world", () => (isOver = true));
    await until(() => isOver);
  }
  const isAnswered = () => session.underway.size === 0 && session.waiting === 0;

  for (const { gapMs, waits, command } of commands) {
    if (waits) await until(isAnswered);
    await pass(gapMs);
    if (invariants.violation !== null) break;
    invariants.lines.push(`${clock.now} > ${JSON.stringify(command)}`);
    void session.give(command);
    await quiet();
    obeyKill();
  }
  await until(isAnswered);
  // A reload does not wait for what it took over while it was starting.
  const isStarting = () => session.orchestrator?.document().services.some(({ state }) => state.phase === "starting");
  for (let rested = 0; rested < restMs && (clock.isAwaited || isStarting() || rested === 0); rested += 300)
    await pass(300);
  await pass(noticeMs);
  const documented = session.orchestrator?.document().services;
  let rows = documented;
  if (rows === undefined) {
    void recordsFromDisk(paths, machine.state?.services ?? []).then((found) => (rows = found));
    await quiet();
    await until(() => rows !== undefined);
  }
  invariants.atRest(rows ?? []);
  invariants.lines.push(`${clock.now} > the stop at the end`);
  void session.give(stopAll);
  await quiet();
  await until(isAnswered);
  await pass(0);
  invariants.afterAll();
  runOn(null);
  const { violation, lines, spawns, policySpawns, staleCallbacks } = invariants;
  return { violation, lines, spawns, policySpawns, staleCallbacks, virtualMs: clock.now };
}
