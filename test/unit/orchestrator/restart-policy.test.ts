import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { RestartPolicy } from "../../../scripts/lib/model/service.ts";
import type { FailureReason } from "../../../scripts/lib/model/service-state.ts";
import {
  afterEnding,
  noRestarts,
  type RestartHistory,
  type ServiceEnding,
} from "../../../scripts/lib/orchestrator/restart-policy.ts";
import { holds } from "../../support/holds.ts";

const always: RestartPolicy = { kind: "always" };
const failed: FailureReason = { kind: "exited", code: 1, beforeReady: false };
const endedWell: FailureReason = { kind: "exited", code: 0, beforeReady: false };
const killed: FailureReason = { kind: "signalled", signal: "SIGKILL", beforeReady: false };
const sick: FailureReason = { kind: "unhealthy", lastProbe: "status 503" };

function ending(reason: FailureReason, atMs: number, healthyMs = 0): ServiceEnding {
  return { reason, exitCode: reason.kind === "exited" ? reason.code : null, atMs, healthyMs };
}

/** The delays a policy gives to a service that ends at these moments, until it gives up. */
function delays(policy: RestartPolicy, ends: readonly ServiceEnding[]): readonly (number | string)[] {
  let history: RestartHistory = noRestarts;
  return ends.map((end) => {
    const verdict = afterEnding(policy, history, end);
    if (verdict.kind === "failed") return verdict.reason.kind;
    history = verdict.history;
    return verdict.delayMs;
  });
}

/** So far apart that they are no crash loop. */
const seldom = (count: number, reason: FailureReason) =>
  Array.from({ length: count }, (_, index) => ending(reason, index * 20_000));

test("at once, then after half a second, doubled each time up to 30 s", () => {
  expect(delays(always, seldom(9, failed))).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test.each([
  ["no", endedWell, false],
  ["no", failed, false],
  ["no", sick, true],
  ["on-failure", endedWell, false],
  ["on-failure", failed, true],
  ["on-failure", killed, true],
  ["on-failure", { kind: "exit-unknown" }, true],
  ["on-failure", { kind: "not-ready", deadlineMs: 1 }, true],
  ["always", endedWell, true],
  ["unless-stopped", endedWell, true],
] as const)("%s, %o: %s", (kind, reason, isRestarted) => {
  const policy: RestartPolicy = kind === "on-failure" ? { kind, limit: null } : { kind };
  const verdict = afterEnding(policy, noRestarts, ending(reason, 0));
  expect(verdict.kind).toBe(isRestarted ? "restart" : "failed");
  if (verdict.kind === "failed") expect(verdict.reason).toEqual(reason);
});

test("on-failure:2 is tried twice in a row", () => {
  expect(delays({ kind: "on-failure", limit: 2 }, seldom(3, failed))).toEqual([0, 500, "exited"]);
});

test("the fifth end within a minute is a crash loop, with the exit codes", () => {
  const ends = [endedWell, failed, killed, failed].map((reason, index) => ending(reason, index * 14_000));
  expect(delays(always, ends)).toEqual([0, 500, 1_000, 2_000]);
  const fifth = (atMs: number) =>
    afterEnding(
      always,
      { restarts: 4, ends: ends.map(({ atMs: at, exitCode }) => ({ atMs: at, exitCode })) },
      ending(failed, atMs),
    );
  expect(fifth(59_999)).toEqual({ kind: "failed", reason: { kind: "crash-loop", exitCodes: [0, 1, null, 1, 1] } });
  expect(fifth(60_000)).toMatchObject({ kind: "restart", delayMs: 4_000 });
});

test("a minute of health makes all forgotten", () => {
  const ends = [ending(failed, 0), ending(failed, 1), ending(failed, 60_002, 60_000), ending(failed, 60_003)];
  expect(delays({ kind: "on-failure", limit: 2 }, ends)).toEqual([0, 500, 0, 500]);
  expect(delays(always, [ending(failed, 0), ending(failed, 1), ending(failed, 59_999, 59_998)])).toEqual([
    0, 500, 1_000,
  ]);
});

test("whatever the ends: five in a minute end it, a limit is kept, no delay is shorter than the one before it", async () => {
  const end = fc.record({
    gapMs: fc.constantFrom(0, 10, 5_000, 20_000, 70_000),
    reason: fc.constantFrom(failed, killed, sick),
    wasHealthy: fc.boolean(),
  });
  const policy = fc.constantFrom<RestartPolicy>(
    always,
    { kind: "on-failure", limit: null },
    { kind: "on-failure", limit: 3 },
  );
  await holds(
    3_000,
    fc.property(policy, fc.array(end, { maxLength: 20 }), (chosen, ends) => {
      let history: RestartHistory = noRestarts;
      let now = 0;
      let row: number[] = [];
      let inARow = 0;
      let delayBefore = -1;
      for (const { gapMs, reason, wasHealthy } of ends) {
        now += gapMs;
        const isForgiven = wasHealthy && gapMs >= 60_000;
        if (isForgiven) [row, inARow, delayBefore] = [[], 0, -1];
        row = [...row.filter((at) => now - at < 60_000), now];
        const verdict = afterEnding(chosen, history, ending(reason, now, wasHealthy ? gapMs : 0));
        const isLoop = row.length >= 5;
        const isSpent = chosen.kind === "on-failure" && chosen.limit !== null && inARow >= chosen.limit;
        expect(verdict.kind).toBe(isLoop || isSpent ? "failed" : "restart");
        if (verdict.kind === "failed") return;
        expect(verdict.delayMs).toBeGreaterThanOrEqual(delayBefore);
        [history, delayBefore, inARow] = [verdict.history, verdict.delayMs, inARow + 1];
      }
    }),
  );
});
