import { describe, expect, test } from "vitest";
import type { ServiceState } from "../../../scripts/lib/model/service-state.ts";
import { ServiceLives } from "../../../scripts/lib/session/service-lives.ts";

const evidence = { attempts: 1, lastProbe: null, listening: [] };
const pending: ServiceState = { phase: "pending", waitingFor: [] };
const ready: ServiceState = { phase: "ready", pid: 7, startedAt: 0, startupMs: 1 };
const killing: ServiceState = { phase: "killing", pid: 7, since: 0 };
const killed: ServiceState = { phase: "killed", forced: false, at: 0 };
const completed: ServiceState = { phase: "completed", startupMs: 1, at: 0 };
const failed: ServiceState = { phase: "failed", reason: { kind: "exited", code: 1, beforeReady: false }, evidence };
const endedWith0: ServiceState = { phase: "failed", reason: { kind: "exited", code: 0, beforeReady: false }, evidence };
const backoff: ServiceState = { phase: "backoff", until: 0, attempt: 1, last: { kind: "exit-unknown" } };

function livesOf(stories: Readonly<Record<string, readonly (ServiceState | "restarting")[]>>): ServiceLives {
  const lives = new ServiceLives();
  for (const [service, states] of Object.entries(stories)) {
    for (const state of states) {
      if (state === "restarting") {
        lives.note({ type: "service-restarting", at: 0, service, because: "asked", keys: [] });
      } else {
        lives.note({ type: "service-changed", at: 0, service, wave: 0, state });
      }
    }
  }
  return lives;
}

describe("the end of a service", () => {
  test.each<[title: string, story: readonly (ServiceState | "restarting")[], hasEnded: boolean]>([
    ["it runs", [pending, ready], false],
    ["its policy restarts it", [ready, backoff], false],
    ["it failed", [ready, failed], true],
    ["it was stopped", [ready, killing, killed], true],
    ["it is being restarted", [ready, "restarting", killing, killed], false],
    ["it was restarted and stopped afterwards", [ready, "restarting", killing, killed, pending, killing, killed], true],
    ["a task is done", [pending, completed], true],
  ])("%s", (_, story, hasEnded) => {
    const lives = livesOf({ web: story });
    expect(lives.endOf("web") !== null).toBe(hasEnded);
    expect(lives.areOver).toBe(hasEnded);
  });
});

test("the exit code when all have ended: 0 all well, 2 some, 1 none", () => {
  expect(livesOf({ a: [completed], b: [ready, endedWith0], c: [ready, killing, killed] }).exitCode).toBe(0);
  expect(livesOf({ a: [completed], b: [ready, failed] }).exitCode).toBe(2);
  expect(livesOf({ a: [ready, failed] }).exitCode).toBe(1);
  // Stopped before it ever was up.
  expect(livesOf({ a: [pending, killing, killed] }).exitCode).toBe(1);
  expect(livesOf({}).exitCode).toBe(0);
});
