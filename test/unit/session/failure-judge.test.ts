import { expect, test } from "vitest";
import type { ServiceState } from "../../../scripts/lib/model/service-state.ts";
import type { ServiceRecord, StateDocument } from "../../../scripts/lib/model/state-document.ts";
import type { Standing } from "../../../scripts/lib/session/ask-status.ts";
import { FailureJudge } from "../../../scripts/lib/session/failure-judge.ts";

const supervisor = { pid: 9, startTime: "1", bootId: "b", pidNs: "n", version: "1" };
const document: StateDocument = {
  format: 1,
  workspace: "shop",
  file: "",
  fileHash: "",
  fileStamp: "",
  profiles: [],
  supervisor,
  desired: "running",
  services: [],
};
const preparing: Standing = { from: "supervisor", document, pid: 9, isPreparing: true };
const live: Standing = { ...preparing, isPreparing: false };
const killed: Standing = { from: "disk", document, writtenAt: 0, hangs: false, otherVersion: null };
const ended: Standing = { ...killed, document: { ...document, supervisor: null } };

const evidence = { attempts: 1, lastProbe: null, listening: [] };
const failed: ServiceState = { phase: "failed", reason: { kind: "exit-unknown" }, evidence };
const stopped: ServiceState = { phase: "killed", forced: false, at: 0 };
const starting: ServiceState = { phase: "starting", pid: 5, attempt: 1, startedAt: 0, deadline: 0 };

function web(state: ServiceState): readonly ServiceRecord[] {
  return [
    {
      name: "web",
      type: "service",
      wave: 0,
      state,
      runId: null,
      specHash: "",
      specKeys: {},
      dependsOn: [],
      ports: [],
      healthCheck: { kind: "none" },
      checkKind: "none",
      cwd: "/",
      stopSignal: "SIGTERM",
      stopGraceMs: 0,
      minUptimeMs: 0,
      log: "",
      logOffset: 0,
      restarts: 0,
      exitCode: null,
      lastProbe: null,
    },
  ];
}

/** Looks at one service, one after another; the judge came at 0. */
function verdicts(...looks: readonly (readonly [Standing, ServiceState, now: number])[]): readonly boolean[] {
  const judge = new FailureJudge(0);
  return looks.map(([standing, state, now]) => judge.failedFor(standing, web(state), now).length > 0);
}

test("a failure that was there before us counts after three seconds, whoever tells of it", () => {
  for (const standing of [live, killed, ended]) {
    expect(verdicts([standing, failed, 10], [standing, failed, 2_999], [standing, failed, 3_000])).toEqual([
      false,
      false,
      true,
    ]);
  }
});

test("what fails while one waits counts at once", () => {
  expect(verdicts([live, starting, 10], [live, failed, 20])).toEqual([false, true]);
  expect(verdicts([live, starting, 10], [live, stopped, 20])).toEqual([false, true]);
});

test("while a start is being prepared nothing counts, however long; what has failed after that counts at once", () => {
  expect(
    verdicts([live, failed, 10], [preparing, failed, 9_000], [live, starting, 9_001], [live, failed, 9_002]),
  ).toEqual([false, false, false, true]);
  expect(verdicts([preparing, failed, 10], [live, failed, 20])).toEqual([false, true]);
});

test("a start that was heard of: its failures count at once, even between two looks", () => {
  const judge = new FailureJudge(0);
  expect(judge.failedFor(live, web(failed), 10)).toEqual([]);
  judge.hear({ type: "start-planned", at: 0, workspace: "", strategy: "waves", waves: [], waitsFor: {} });
  expect(judge.failedFor(live, web(failed), 20)).toEqual(["web"]);
});

test("a supervisor that came to its end leaves the last word; one that was killed does not", () => {
  expect(verdicts([live, starting, 10], [ended, failed, 20])).toEqual([false, true]);
  expect(verdicts([live, starting, 10], [ended, stopped, 20])).toEqual([false, true]);
  expect(
    verdicts([live, starting, 10], [killed, failed, 5_000], [killed, failed, 7_999], [killed, failed, 8_000]),
  ).toEqual([false, false, false, true]);
});

test("what was stopped before anybody was there to ask is not started yet", () => {
  expect(verdicts([ended, stopped, 10], [ended, stopped, 60_000])).toEqual([false, false]);
  expect(verdicts([live, stopped, 10], [live, stopped, 3_000])).toEqual([false, true]);
});
