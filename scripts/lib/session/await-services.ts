import { assertKnownServices } from "../diagnostic/assert-known-services.ts";
import { isUp, pidOf } from "../model/service-state.ts";
import type { ServiceRecord } from "../model/state-document.ts";
import type { WaitEnd } from "../model/wait-end.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { isKept, type Standing } from "./ask-status.ts";
import { FailureJudge } from "./failure-judge.ts";
import { observeWorkspace } from "./observe-workspace.ts";

export interface Wait {
  readonly paths: WorkspacePaths;
  readonly version: string;
  /** Empty: all that the workspace knows of. */
  readonly names: readonly string[];
  readonly timeoutMs: number;
  /** Corrects records by what lives, where no supervisor does it; handed in, since that is another room's work. */
  readonly correct: (records: readonly ServiceRecord[]) => Promise<readonly ServiceRecord[]>;
  /** Names in services.yaml; null: it cannot be read. Asked at most once, for a name that no start has met. */
  readonly namesInFile: () => Promise<readonly string[] | null>;
  /** Told once, when a supervisor does not answer. */
  readonly onSilence: () => void;
}

/** Events bring most news; these are for what no event tells: a supervisor that stops answering, a process nobody watches. */
const lookEveryMs = { supervisor: 1_000, disk: 500, nowhere: 500 } as const;

/**
 * Waits until services are ready or completed, one of them has failed for good, or the time is up. Outlives supervisors: one that has not come yet, that is
 * replaced, killed, or does not answer.
 *
 * @throws {UserError} `SERVICE_UNKNOWN`; `STATE_NEWER`.
 */
export async function awaitServices(wait: Wait): Promise<WaitEnd> {
  const begunAt = performance.now();
  const judge = new FailureJudge(begunAt);
  const observer = observeWorkspace(wait.paths, wait.version, (event) => judge.hear(event));
  let hasCheckedNames = false;
  let wasSilent = false;
  try {
    for (;;) {
      const standing = await observer.look();
      const all = await recordsOf(standing, wait);
      const known = all.map(({ name }) => name);
      const unmet = wait.names.filter((name) => !known.includes(name));
      if (unmet.length > 0 && !hasCheckedNames) {
        hasCheckedNames = true;
        const inFile = await wait.namesInFile();
        // Before anything was started an unreadable file is the start's trouble.
        if (inFile !== null || standing.from !== "nowhere")
          assertKnownServices(unmet, [...new Set([...known, ...(inFile ?? [])])]);
      }
      const services = all.filter(({ name }) => wait.names.length === 0 || wait.names.includes(name));
      const now = performance.now();
      const isLast = now - begunAt >= wait.timeoutMs;
      const failed = judge.failedFor(standing, services, isLast ? Number.POSITIVE_INFINITY : now);
      const isReady = judge.isLastWord(standing) && services.length > 0 && services.every(({ state }) => isUp(state));
      const end = {
        waitedMs: now - begunAt,
        services,
        unmet,
        failed,
        supervisor: supervisorOf(standing),
      };
      if (isReady && unmet.length === 0) return { kind: "ready", ...end };
      if (failed.length > 0) return { kind: "failed", ...end };
      if (isLast) {
        const nothingRuns = standing.from !== "supervisor" && all.every(({ state }) => pidOf(state) === null);
        return { kind: nothingRuns ? "nothing-runs" : "timed-out", ...end };
      }
      if (end.supervisor.kind === "silent" && !wasSilent) wait.onSilence();
      wasSilent ||= end.supervisor.kind === "silent";
      await observer.news(Math.min(lookEveryMs[standing.from], wait.timeoutMs - (now - begunAt)));
    }
  } finally {
    observer.close();
  }
}

async function recordsOf(standing: Standing, { correct }: Wait): Promise<readonly ServiceRecord[]> {
  const known = standing.from === "nowhere" ? [] : standing.document.services;
  return isKept(standing) ? known : correct(known);
}

function supervisorOf(standing: Standing): WaitEnd["supervisor"] {
  if (standing.from === "supervisor") return { kind: "live", pid: standing.pid };
  return { kind: standing.from === "disk" && standing.hangs ? "silent" : "absent" };
}
