import { setTimeout as pause } from "node:timers/promises";
import { killForSure } from "../support/processes.ts";
import type { Finished } from "../support/running-command.ts";
import { startEvents } from "../support/start-events.ts";
import type { SteeredProgram } from "../support/steered-program.ts";
import { until } from "../support/until.ts";
import { type Workspace, workspace } from "../support/workspace.ts";
import { edgeBroken, expectedExitCode, needing } from "./expectations.ts";
import { type Behaviour, type Stack, type Step, yamlOf } from "./random-stack.ts";

/** What a life was made of, for the sum at the end. */
export interface Tally {
  steps: number;
  programs: number;
  kills: number;
  exitCodes: number;
}

/**
 * Lives through a stack's steps with real commands and real programs, and checks after each what the programs themselves and /proc say.
 *
 * @throws {Error} At the first thing that does not hold; with the stack and the whole story.
 */
export async function live(stack: Stack, tally: Tally): Promise<void> {
  await using dev = await workspace(yamlOf(stack), { tellsStory: true });
  const life = new RealLife(stack, dev, tally);
  try {
    for (const step of [...stack.steps, { kind: "stop", names: [] } as const]) await life.take(step);
    await dev.nothingIsLeft();
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`${said}\nsteps taken: ${life.taken.join(", ")}\n${JSON.stringify(stack)}\n${dev.story()}`, {
      cause: error,
    });
  }
}

class RealLife {
  readonly taken: string[] = [];
  readonly #stack: Stack;
  readonly #dev: Workspace;
  readonly #tally: Tally;
  /** What was seen to be wrong at the moment a program reported itself. */
  #seen: string | null = null;
  /** Names a start was restricted to with --no-deps. */
  #alone: readonly string[] | null = null;

  constructor(stack: Stack, dev: Workspace, tally: Tally) {
    this.#stack = stack;
    this.#dev = dev;
    this.#tally = tally;
    dev.whenever((program) => this.#meet(program));
  }

  async take(step: Step): Promise<void> {
    this.taken.push(JSON.stringify(step));
    this.#tally.steps += 1;
    const steady =
      step.kind === "restart" || step.kind === "stop" || step.kind === "stop-while-starting" ? [] : this.#steady();
    await this.#do(step);
    const isFresh = step.kind === "start" && step.flags.includes("--fresh");
    const lost = isFresh ? [] : steady.filter((run) => !run.isAlive());
    must(
      lost.length === 0,
      `nobody asked for the end of ${lost.map(({ name, pid }) => `${name} (${pid})`).join(", ")}`,
    );
    must(this.#seen === null, this.#seen ?? "");
    await this.#statusEqualsProc();
  }

  async #do(step: Step): Promise<void> {
    const dev = this.#dev;
    switch (step.kind) {
      case "start":
        return this.#start(step.names, step.flags);
      case "restart": {
        const before = dev
          .started()
          .filter((run) => run.isAlive() && (step.names.length === 0 || step.names.includes(run.name)));
        await dev.run("restart", ...step.names);
        return must(!before.some((run) => run.isAlive()), "a restarted service still runs as it did");
      }
      case "stop":
        return this.#stop(step.names);
      case "ctrl-c": {
        const before = dev.started().length;
        const start = dev.run("start_dev");
        await this.#reported(before + step.after, () => start.hasEnded());
        start.interrupt();
        const { signal } = await start;
        const begun = dev.started().slice(before);
        return must(
          signal === null || !begun.some((run) => run.isAlive()),
          "after Ctrl-C something lives that this start began",
        );
      }
      case "stop-while-starting": {
        const before = dev.started().length;
        const start = dev.run("start_dev");
        // Before anything of the start is there, a stop may rightly come too early for it.
        await this.#reported(before + Math.max(1, step.after), () => start.hasEnded());
        await this.#stop([]);
        await start;
        return must(dev.census().length === 0, "after stop something lives");
      }
      case "kill-nine": {
        const before = dev.started().length;
        const start = dev.run("start_dev");
        await this.#reported(before + step.after, () => start.hasEnded());
        for (const supervisor of dev.supervisors()) killForSure(supervisor);
        this.#tally.kills += 1;
        await start;
      }
    }
  }

  async #start(names: readonly string[], flags: readonly string[]): Promise<void> {
    this.#alone = flags.includes("--no-deps") && names.length > 0 ? names : null;
    const fresh = flags.includes("--fresh");
    const expected = expectedExitCode(this.#stack, names, this.#alone !== null, (name) => {
      const runs = this.#dev.runsOf(name);
      return { runs: runs.length, last: fresh ? undefined : runs.at(-1), forgets: fresh };
    });
    const end = await this.#dev.run("start_dev", ...names, ...flags, "--json");
    this.#alone = null;
    this.#exitCodeIsTrue(end);
    if (expected === null) return;
    this.#tally.exitCodes += 1;
    must(
      end.exitCode === expected,
      `start_dev ${names.join(" ")} ended with ${end.exitCode}, and it should be ${expected}`,
    );
  }

  /** The exit code follows from what is said of the services, and that from what they did. */
  #exitCodeIsTrue(end: Finished): void {
    const services = startEvents(end).at(-1)?.["services"];
    const rows: readonly { name: string; state: { phase: string } }[] = Array.isArray(services) ? services : [];
    const up = rows.filter(({ state }) => state.phase === "ready" || state.phase === "completed");
    const code = up.length === rows.length ? 0 : up.length === 0 ? 1 : 2;
    must(end.exitCode === code, `exit code ${end.exitCode}, and ${up.length} of ${rows.length} are up`);
    for (const { name, state } of up) {
      const run = this.#dev.runsOf(name).at(-1);
      const isTrue = state.phase === "completed" ? !Number.isNaN(run?.endingAt) : !Number.isNaN(run?.healthyAt);
      must(isTrue, `${name} is called ${state.phase}, and never was`);
    }
  }

  async #stop(names: readonly string[]): Promise<void> {
    const isKnown = names.every((name) => this.#dev.runsOf(name).length > 0);
    const { exitCode } = await this.#dev.run("stop", ...names);
    // A service that was never started may be unknown to a stop.
    if (!isKnown && exitCode === 64) return;
    must(exitCode === 0, `stop ended with ${exitCode}`);
    const gone = names.length === 0 ? this.#stack.services.map(({ name }) => name) : needing(this.#stack, names);
    const living = gone.filter((name) => this.#dev.runsOf(name).some((run) => run.isAlive()));
    must(living.length === 0, `after stop ${names.join(" ")} there live ${living.join(" ")}`);
  }

  /** status names the PID of every program that lives and of no other. What is about to end by itself is given time to. */
  async #statusEqualsProc(): Promise<void> {
    let seen = "";
    await until(
      async () => {
        const { services } = await this.#dev.status();
        const named = services.flatMap(({ name, pid }) => (pid === null ? [] : [`${name} ${pid}`])).toSorted();
        const living = this.#dev.started().filter((run) => run.isAlive());
        seen = `status names ${named.join(", ")}; there live ${living.map(({ name, pid }) => `${name} ${pid}`).join(", ")}`;
        return (
          named.join() ===
          living
            .map(({ name, pid }) => `${name} ${pid}`)
            .toSorted()
            .join()
        );
      },
      () => seen,
    );
  }

  /** Runs that are well and mean to stay so: neither a start nor the death of a supervisor ends them. */
  #steady(): readonly SteeredProgram[] {
    return this.#stack.services.flatMap(({ name, behaviours, isTask }) => {
      const runs = this.#dev.runsOf(name);
      const run = runs.at(-1);
      const isWell = behaviours[Math.min(runs.length, behaviours.length) - 1]?.kind === "well" && !isTask;
      return run !== undefined && isWell && run.isAlive() && !Number.isNaN(run.healthyAt) ? [run] : [];
    });
  }

  async #reported(count: number, orElse: () => boolean): Promise<void> {
    await until(() => this.#dev.started().length >= count || orElse(), "programs report themselves");
  }

  #meet(run: SteeredProgram): void {
    this.#tally.programs += 1;
    const runs = this.#dev.runsOf(run.name);
    const living = runs.filter((one) => one.isAlive()).length;
    if (living > 1) this.#seen ??= `${run.name} runs ${living} times`;
    const alone = this.#alone;
    const service = this.#stack.services.find(({ name }) => name === run.name);
    if (service === undefined) return;
    const edges = service.edges.filter(({ to }) => alone === null || alone.includes(to));
    for (const edge of edges) this.#seen ??= edgeBroken(run, edge, this.#dev.runsOf(edge.to));
    const { behaviours, isTask } = service;
    const behaviour = behaviours[Math.min(runs.length, behaviours.length) - 1];
    // Whoever is stopped meanwhile has nothing left to do.
    if (behaviour) void behave(run, behaviour, isTask).catch(() => {});
  }
}

async function behave(run: SteeredProgram, { kind, afterMs, code }: Behaviour, isTask: boolean): Promise<void> {
  await pause(afterMs);
  if (isTask) return run.exit(kind === "well" || kind === "flaps" ? 0 : code);
  if (kind === "never-ready") return;
  if (kind === "dies-before-ready") return run.exit(code);
  await run.becomeHealthy();
  if (kind === "well") return;
  await pause(100 + afterMs);
  if (kind === "dies-after-ready") return run.exit(code);
  await run.becomeSick();
  await pause(250);
  await run.becomeHealthy();
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
