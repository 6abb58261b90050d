import type { HealthCheck } from "../model/service.ts";
import { logScan } from "./log-scan.ts";
import { pause } from "./pause.ts";
import { probe, timed } from "./probe.ts";
import type { ProbeContext } from "./probe-context.ts";
import { type Crowd, eagerDelayMs, probeDelayMs } from "./probe-delay-ms.ts";
import type { ProbeResult } from "./probe-result.ts";

export interface ReadinessWait {
  readonly check: HealthCheck;
  readonly context: ProbeContext;
  /** By performance.now(). */
  readonly spawnedAt: number;
  /** Without a check: how long a service must have lived to be ready. */
  readonly minUptimeMs: number;
  /** Ends the wait at once: the process died, the deadline came, or it is to be stopped. */
  readonly signal: AbortSignal;
  /** What else goes on at the moment; left out: nothing. */
  readonly crowd?: () => Crowd;
  /** Called for each probe that failed. */
  readonly onFailure: (result: ProbeResult) => void;
}

/**
 * Probes a service that was just spawned as `probeDelayMs` says, one probe at a time, until one succeeds.
 * Files and logs are polled as eagerly as ports: a watch may be lost (network file systems, no inotify left, a folder that does
 * not exist yet), a poll cannot, and costs a stat or a short read.
 *
 * @returns The success, or null when the signal was aborted. Never rejects but with what `onFailure` throws.
 */
export async function waitUntilReady(wait: ReadinessWait): Promise<ProbeResult | null> {
  const { check, signal, crowd = alone } = wait;
  if (check.kind === "none") return livedLongEnough(wait);
  const look = lookFor(check, wait.context, signal);
  // A port is refused until the program has come to listening: the first look would be for nothing.
  if (check.kind === "http" || check.kind === "tcp") await pause(eagerDelayMs(0, crowd()), signal, { held: true });
  let last: { readonly kind: string; readonly failures: number } = { kind: "", failures: 0 };
  while (!signal.aborted) {
    const result = await look(last.kind === "refused" && last.failures % thoroughEvery !== 0);
    if (signal.aborted) break;
    if (result.ok) return result;
    wait.onFailure(result);
    last = { kind: result.kind, failures: result.kind === last.kind ? last.failures + 1 : 1 };
    const history = {
      check: check.kind,
      kind: result.kind,
      failures: last.failures,
      sinceSpawnMs: performance.now() - wait.spawnedAt,
      lastDurationMs: result.latencyMs,
      intervalMs: check.timing.intervalMs,
    };
    const delayMs = probeDelayMs(history, crowd());
    await pause(delayMs, signal, { held: true });
  }
  return null;
}

/** While nobody listens, of two addresses the less usual one is asked every so often only. */
const thoroughEvery = 4;

const alone = (): Crowd => ({ waiting: 1, isSpawning: false });

async function livedLongEnough({ spawnedAt, minUptimeMs, signal }: ReadinessWait): Promise<ProbeResult | null> {
  const left = spawnedAt + minUptimeMs - performance.now();
  if (left > 0) await pause(left, signal, { held: true });
  return signal.aborted ? null : { ok: true, message: `alive for ${minUptimeMs} ms`, latencyMs: 0 };
}

/** One look after another at the same service: at a log, each goes on where the last one ended. */
function lookFor(
  check: HealthCheck,
  context: ProbeContext,
  signal: AbortSignal,
): (hurried: boolean) => Promise<ProbeResult> {
  if (check.kind !== "log") return (hurried) => probe(check, context, signal, { hurried });
  let scan: ReturnType<typeof logScan> | null = null;
  return () => timed(() => (scan ??= logScan(check.pattern, context.readLog))(signal));
}
