import { expect, test } from "vitest";
import type { FailureReason, ServiceState } from "../../../scripts/lib/model/service-state.ts";
import { exitCodeOfService } from "../../../scripts/lib/session/exit-code-of-service.ts";

const evidence = { attempts: 1, lastProbe: null, listening: [] };
const failed = (reason: FailureReason): ServiceState => ({ phase: "failed", reason, evidence });

test.each<[name: string, state: ServiceState, code: number]>([
  ["completed", { phase: "completed", startupMs: 1, at: 0 }, 0],
  ["exited", failed({ kind: "exited", code: 3, beforeReady: false }), 3],
  ["died by a signal", failed({ kind: "signalled", signal: "SIGSEGV", beforeReady: true }), 139],
  ["no such program", failed({ kind: "spawn-error", errno: "ENOENT", subject: "command", path: "x" }), 127],
  ["no such folder", failed({ kind: "spawn-error", errno: "ENOENT", subject: "cwd", path: "x" }), 1],
  ["may not be executed", failed({ kind: "spawn-error", errno: "EACCES", subject: "command", path: "x" }), 126],
  ["crash loop", failed({ kind: "crash-loop", exitCodes: [1, 7] }), 7],
  ["crash loop by signals", failed({ kind: "crash-loop", exitCodes: [1, null] }), 1],
  ["ended unseen", failed({ kind: "exit-unknown" }), 1],
  ["not ready in time", { phase: "timeout", deadlineMs: 1, evidence }, 1],
  ["stopped", { phase: "killed", forced: false, at: 0 }, 130],
  ["killed", { phase: "killed", forced: true, at: 0 }, 137],
])("%s", (_, state, code) => {
  expect(exitCodeOfService(state, "SIGINT")).toBe(code);
});
