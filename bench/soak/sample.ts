import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { cpuMs } from "../measure/cpu-ms.ts";
import { memoryMb } from "../measure/memory-mb.ts";
import type { Commands } from "./groundswell-commands.ts";
import type { Difference, Ledger } from "./ledger.ts";

/** The supervisor at one moment, and the services. */
export interface SoakSample {
  /** Since the soak began. */
  readonly minutes: number;
  readonly pid: number;
  readonly rssKb: number;
  readonly descriptors: number;
  /** CPU time of this process so far. */
  readonly cpuMs: number;
  readonly asTheyShould: number;
  readonly services: number;
}

/** Backoff included: what was done to a service has had its effect by then, or never will. */
const settlingMs = 30_000;

/** Waits until every service is what it should be. @returns What is not, even so. */
export async function settle(ledger: Ledger, commands: Commands): Promise<readonly Difference[]> {
  const until = performance.now() + settlingMs;
  for (;;) {
    const wrong = ledger.compare(await commands.status());
    if (wrong.length === 0 || performance.now() > until) return wrong;
    await pause(250);
  }
}

/** @returns null while no supervisor runs. */
export async function sampleOf(
  commands: Commands,
  minutes: number,
  services: number,
  wrong: number,
): Promise<SoakSample | null> {
  const supervisor = commands.supervisor();
  if (supervisor === null) return null;
  const { pid } = supervisor;
  return {
    minutes,
    pid,
    rssKb: memoryMb(pid).rss * 1024,
    descriptors: await descriptorsOf(pid),
    cpuMs: cpuMs(pid),
    asTheyShould: services - wrong,
    services,
  };
}

/** The least of a few looks: a probe has a connection for some milliseconds, and fifty may be due at once. */
async function descriptorsOf(pid: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 10; look += 1) {
    least = Math.min(least, readdirSync(`/proc/${pid}/fd`).length);
    await pause(30);
  }
  return least;
}
