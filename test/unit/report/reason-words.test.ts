import { expect, test } from "vitest";
import type { FailureReason, ServiceState } from "../../../scripts/lib/model/service-state.ts";
import { failureHint } from "../../../scripts/lib/report/failure-hint.ts";
import { portsFinding } from "../../../scripts/lib/report/ports-finding.ts";
import { reasonWords } from "../../../scripts/lib/report/reason-words.ts";
import { stateWords } from "../../../scripts/lib/report/state-words.ts";

const noEvidence = { attempts: 1, lastProbe: null, listening: [] };
const spawnError = { kind: "spawn-error" } as const;

const reasons: readonly (readonly [FailureReason, words: string, hint: string | null])[] = [
  [
    { ...spawnError, errno: "ENOENT", subject: "command", path: "redis-servr" },
    "command not found: redis-servr",
    "Is it installed, and is its folder in PATH?",
  ],
  [
    { ...spawnError, errno: "EACCES", subject: "command", path: "./run.sh" },
    "command may not be executed: ./run.sh",
    "Make it executable with chmod +x.",
  ],
  [
    { ...spawnError, errno: "E2BIG", subject: "command", path: "./run.sh" },
    "command could not be executed: ./run.sh (E2BIG)",
    null,
  ],
  [
    { ...spawnError, errno: "ENOENT", subject: "cwd", path: "/w/api" },
    "working directory does not exist: /w/api",
    null,
  ],
  [{ ...spawnError, errno: "ENOTDIR", subject: "cwd", path: "/w/api" }, "working directory is no folder: /w/api", null],
  [
    { ...spawnError, errno: "EACCES", subject: "cwd", path: "/w/api" },
    "working directory cannot be entered: /w/api (EACCES)",
    null,
  ],
  [
    { ...spawnError, errno: "ENOSPC", subject: "log", path: "/w/logs/a.log" },
    "log file cannot be opened: /w/logs/a.log (ENOSPC)",
    null,
  ],
  [
    { kind: "exited", code: 0, beforeReady: true },
    "exited with code 0 before it was ready",
    "It went to the background? Run it in the foreground.",
  ],
  [{ kind: "exited", code: 0, beforeReady: false }, "exited with code 0", null],
  [
    { kind: "exited", code: 127, beforeReady: true },
    "exited with code 127 before it was ready",
    "127 is the shell's word for a command it did not find.",
  ],
  [
    { kind: "exited", code: 126, beforeReady: false },
    "exited with code 126",
    "126 is the shell's word for a file it may not execute.",
  ],
  [
    { kind: "signalled", signal: "SIGKILL", beforeReady: false },
    "was ended by SIGKILL",
    "Was it the kernel, out of memory? dmesg would say so.",
  ],
  [{ kind: "signalled", signal: "SIGSEGV", beforeReady: true }, "was ended by SIGSEGV before it was ready", null],
  [
    { kind: "port-taken", port: 8000, pid: 4711, command: "node \u001B[31mserver.js" },
    "port 8000 is taken by pid 4711 (node server.js)",
    "Stop that process, or give this service another port.",
  ],
  [
    { kind: "port-taken", port: 8000, pid: null, command: null },
    "port 8000 is taken by a process of another user",
    "Stop that process, or give this service another port.",
  ],
  [
    { kind: "verification", finding: "not-alive", detail: "exited with code 3" },
    "was ready, but did not live to the end of the start: exited with code 3",
    null,
  ],
  [
    { kind: "verification", finding: "not-healthy", detail: "status 503" },
    "was ready, but failed the check at the end of the start: status 503",
    null,
  ],
  [{ kind: "verification", finding: "port-not-held", detail: "" }, "was ready, but does not hold its port", null],
  [
    { kind: "record-unwritable", errno: "ENOSPC", path: "/w/pids/a.pid" },
    "its record could not be written: /w/pids/a.pid (ENOSPC)",
    "Check owner, mode and free space of that folder.",
  ],
  [
    { kind: "crash-loop", exitCodes: [1, null, 137] },
    "keeps crashing: it ended 3 times within a minute (exit codes 1, none, 137)",
    "It is not restarted any more. Once it is mended: start_dev, or restart.",
  ],
  [{ kind: "unhealthy", lastProbe: "status\n503" }, "was unhealthy: status\uFFFD503", null],
  [{ kind: "not-ready", deadlineMs: 60_000 }, "was not ready again within 60 s", null],
  [{ kind: "exit-unknown" }, "ended while nobody watched", null],
];

test.each(reasons)("%j", (reason, words, hint) => {
  expect(reasonWords(reason)).toBe(words);
  expect(failureHint({ phase: "failed", reason, evidence: noEvidence }, [])).toBe(hint);
});

const states: readonly (readonly [ServiceState, words: string])[] = [
  [{ phase: "pending", waitingFor: [] }, "waiting"],
  [{ phase: "pending", waitingFor: ["a", "b", "c", "d", "e", "f"] }, "waiting for a, b, c, d and 2 more"],
  [{ phase: "starting", pid: 1, attempt: 1, startedAt: 0, deadline: 60_000 }, "starting"],
  [{ phase: "starting", pid: 1, attempt: 3, startedAt: 0, deadline: 60_000 }, "starting, attempt 3"],
  [{ phase: "ready", pid: 1, startedAt: 0, startupMs: 310 }, "ready in 0.31 s"],
  [
    { phase: "unhealthy", pid: 1, startedAt: 0, startupMs: 310, lastProbe: "status\n503" },
    "unhealthy: status\uFFFD503",
  ],
  [
    { phase: "backoff", until: 0, attempt: 2, last: { kind: "exited", code: 1, beforeReady: true } },
    "exited with code 1 before it was ready; trying again",
  ],
  [
    {
      phase: "failed",
      reason: { kind: "exited", code: 1, beforeReady: true },
      evidence: { ...noEvidence, attempts: 4 },
    },
    "failed: exited with code 1 before it was ready (4 attempts)",
  ],
  [{ phase: "timeout", deadlineMs: 60_000, evidence: noEvidence }, "timeout: not ready within 60 s"],
  [{ phase: "killing", pid: 1, since: 0 }, "stopping"],
  [{ phase: "killed", forced: false, at: 0 }, "stopped"],
  [{ phase: "killed", forced: true, at: 0 }, "stopped by SIGKILL"],
  [{ phase: "completed", startupMs: 31, at: 0 }, "completed in 31 ms"],
  [
    { phase: "skipped", because: { dependency: "db", condition: "healthy", found: "failed" } },
    "skipped: needs db healthy, but it failed",
  ],
  [
    { phase: "skipped", because: { dependency: "db", condition: "started", found: "disabled" } },
    "skipped: needs db started, but it is off by profile",
  ],
  [
    { phase: "skipped", because: { dependency: "db", condition: "started", found: "fail-fast" } },
    "skipped: db failed (--fail-fast)",
  ],
];

test("what is tried again only in a while says when", () => {
  const last = { kind: "signalled", signal: "SIGKILL", beforeReady: false } as const;
  const now = 1_000_000;
  const said = (leftMs: number) => stateWords({ phase: "backoff", until: now + leftMs, attempt: 2, last }, now);
  expect([3_600_000, 1_001, 1_000, 999, 501, 500, -1].map(said)).toEqual(
    [" in 3600 s", " in 2 s", " in 1 s", " in 1 s", " in 1 s", "", ""].map(
      (when) => `was ended by SIGKILL; trying again${when}`,
    ),
  );
});

test.each(states)("%j", (state, words) => {
  expect(stateWords(state)).toBe(words);
});

test.each([
  [[8001], [8000], "it listens on 8001 instead of 8000"],
  [[8000, 9001], [8000, 9000], "it listens on 9001 instead of 9000"],
  [[8000], [8000, 9000], "it listens on 8000, but not on 9000"],
  [[], [8000], "it listens on no port, but declares 8000"],
  [[8000, 9229], [8000], null],
  [[3000], [], "it listens on 3000"],
  [[], [], null],
])("listening on %j, declared %j: %s", (listening, declared, finding) => {
  expect(portsFinding(listening, declared)).toBe(finding);
});

test("a timeout with the wrong port is told what to change, another one that it may need longer", () => {
  const timeout = (listening: readonly number[]) =>
    failureHint({ phase: "timeout", deadlineMs: 60_000, evidence: { ...noEvidence, listening } }, [8000]);
  expect(timeout([8001])).toBe("Make it listen on 8000, or correct its ports and health check in services.yaml.");
  expect(timeout([8000])).toBe("If it only needs longer, raise its start_timeout.");
  expect(timeout([])).toBe("If it only needs longer, raise its start_timeout.");
});
