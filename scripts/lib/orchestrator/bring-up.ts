import { setTimeout as delay } from "node:timers/promises";
import type { ServiceSpec } from "../model/service.ts";
import { reasonOf } from "./after-exit.ts";
import { attempt } from "./attempt.ts";
import { fail, timeOut } from "./give-up.ts";
import { keepUp } from "./keep-up.ts";
import type { ServiceRun } from "./service-run.ts";
import { StartClock } from "./start-clock.ts";
import type { World } from "./world.ts";

/** Between two attempts: this, doubled each time. */
const firstBackoffMs = 250;

/**
 * Brings a pending service up: spawn, probe, retry, all within one clock that begins at the first spawn. Ends when the service is settled;
 * a ready one is kept up from then on. Failure is a state, never an error.
 *
 * @param maxRetries Further attempts after a service exits before it is ready.
 */
export async function bringUp(run: ServiceRun, world: World, maxRetries: number): Promise<void> {
  const life = run.beginLife();
  const { spec } = run;
  const attempts = 1 + (spec.type === "task" ? taskRetries(spec) : maxRetries);
  const clock = new StartClock(spec.startTimeoutMs);
  for (let number = 1; !life.aborted; number += 1) {
    const outcome = await attempt(run, world, life, { number, clock });
    switch (outcome.kind) {
      case "stopped":
        return;
      case "impossible":
        return fail(run, world, life, outcome.reason, number);
      case "deadline":
        return timeOut(run, world, life, number);
      case "ready":
        run.startupMs = clock.elapsedMs();
        run.apply(life, { type: "healthy", startupMs: run.startupMs });
        world.pauseAt("ready");
        void keepUp(run, world, life, outcome.exited);
        return;
      case "ended": {
        run.exitCode = outcome.exit.code;
        if (spec.type === "task" && outcome.exit.code === 0) {
          run.startupMs = clock.elapsedMs();
          run.apply(life, { type: "completed", startupMs: run.startupMs, at: Date.now() });
          return;
        }
        const reason = reasonOf(outcome.exit, true);
        const backoffMs = firstBackoffMs * 2 ** (number - 1);
        if (number >= attempts || clock.leftMs() <= backoffMs) return fail(run, world, life, reason, number);
        run.apply(life, { type: "retry", until: Date.now() + backoffMs, attempt: number, last: reason });
        await delay(backoffMs, undefined, { signal: life }).catch(() => {});
      }
    }
  }
}

function taskRetries({ restart }: ServiceSpec): number {
  if (restart.kind !== "on-failure") return 0;
  return restart.limit ?? Number.POSITIVE_INFINITY;
}
