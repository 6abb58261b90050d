import { describe, expect, test } from "vitest";
import type { Event } from "../../../scripts/lib/model/event.ts";
import { noMemory, plainLines, type PlainMemory, stillStarting } from "../../../scripts/lib/report/plain-lines.ts";
import { plainReporter } from "../../../scripts/lib/report/plain.ts";
import {
  changed,
  crashed,
  killed,
  killing,
  planned,
  ready,
  retrying,
  skippedFor,
  starting,
  t0,
} from "./sample-start.ts";

function plain(events: readonly Event[], color = false): string {
  let text = "";
  const reporter = plainReporter({ write: (piece) => (text += piece), color, width: 40 });
  for (const event of events) reporter.event(event);
  reporter.close();
  return text;
}

test("a start: the plan, each wave, what became of each service", () => {
  const start: Event[] = [
    planned,
    { type: "wave-started", at: t0, wave: 0, services: ["redis"] },
    changed(1, "redis", { phase: "pending", waitingFor: [] }),
    changed(2, "redis", starting(2)),
    { type: "probe-failed", at: t0 + 3, service: "redis", message: "connection refused" },
    changed(312, "redis", ready(310)),
    { type: "wave-settled", at: t0 + 312, wave: 0, durationMs: 312 },
    { type: "wave-started", at: t0 + 313, wave: 1, services: ["backend"] },
    changed(314, "backend", starting(314), 1),
    changed(400, "backend", retrying, 1),
    changed(650, "backend", starting(650, 2), 1),
    changed(700, "backend", crashed, 1),
    { type: "service-diagnosed", at: t0 + 700, service: "backend", log: "/w/logs/backend.log", logTail: ["boom"] },
    { type: "wave-started", at: t0 + 701, wave: 2, services: ["worker", "frontend"] },
    changed(702, "worker", skippedFor("backend"), 2),
    changed(703, "frontend", { phase: "completed", startupMs: 40, at: t0 }, 2),
  ];
  expect(plain(start)).toBe(`chainlens: 4 services in 3 waves
wave 0  redis
  ✓ redis     ready in 0.31 s   pid 4711  port 6379
wave 1  backend
  ↻ backend   exited with code 1 before it was ready; trying again
  ✗ backend   failed: exited with code 1 before it was ready (4 attempts)
wave 2  worker, frontend
  – worker    skipped: needs backend healthy, but it failed
  ✓ frontend  completed in 40 ms
`);
});

test("the same with colour", () => {
  expect(
    plain(
      [
        planned,
        { type: "wave-started", at: t0, wave: 0, services: ["redis"] },
        changed(312, "redis", ready(310)),
        changed(700, "backend", crashed, 1),
      ],
      true,
    ),
  ).toBe(
    "\u001B[1mchainlens\u001B[22m: 4 services in 3 waves\n\u001B[1mwave 0\u001B[22m  redis\n" +
      "  \u001B[32m✓\u001B[39m redis     ready in 0.31 s\u001B[2m   pid 4711  port 6379\u001B[22m\n" +
      "  \u001B[31m✗\u001B[39m backend   \u001B[31mfailed: exited with code 1 before it was ready (4 attempts)\u001B[39m\n",
  );
});

test("a task that was done, and a service that never ran, are stopped without a word", () => {
  const idle = { phase: "killing", pid: null, since: t0 } as const;
  const events = [
    changed(1, "migrate", idle),
    changed(2, "redis", killing),
    changed(3, "migrate", killed),
    changed(4, "redis", killed),
  ];
  expect(plain(events)).toBe("  – redis  stopped\n");
});

test("later: unhealthy and healthy again, running already, stopping", () => {
  const sick = { phase: "unhealthy", pid: 1, startedAt: t0, startupMs: 1, lastProbe: "status 503" } as const;
  const events: Event[] = [
    { type: "service-unchanged", at: t0, service: "redis", wave: 0, state: ready(310) },
    changed(1, "redis", sick),
    changed(2, "redis", ready(310)),
    changed(3, "redis", ready(310)),
    { type: "stop-started", at: t0, services: ["redis", "web"] },
    changed(4, "redis", killing),
    { type: "stop-waiting", at: t0, service: "web", pid: 12, children: 2, waitedMs: 7000 },
    { type: "stop-waiting", at: t0, service: "db", pid: 13, children: 0, waitedMs: 12_000 },
    changed(5, "redis", killed),
    changed(6, "web", { ...killed, forced: true }),
  ];
  expect(plain(events)).toBe(`  ✓ redis  running already   pid 4711
  ! redis  unhealthy: status 503
  ✓ redis  healthy again   pid 4711
  ✓ redis  ready in 0.31 s   pid 4711
stopping redis, web
  … waiting for web (pid 12, 2 children) 7.0 s
  … waiting for db (pid 13) 12 s
  – redis  stopped
  – web    stopped by SIGKILL
`);
});

test("what is said once", () => {
  const events: Event[] = [
    { ...planned, strategy: "eager" },
    { type: "service-restarting", at: t0, service: "api", because: "changed", keys: ["environment.PORT", "command"] },
    { type: "service-restarting", at: t0, service: "api", because: "changed", keys: [] },
    { type: "service-restarting", at: t0, service: "api", because: "unhealthy", keys: [] },
    { type: "service-restarting", at: t0, service: "api", because: "asked", keys: [] },
    { type: "service-restarting", at: t0, service: "api", because: "fresh", keys: [] },
    { type: "service-restarting", at: t0, service: "api", because: "dependency", keys: [] },
    { type: "service-adopted", at: t0, service: "redis", pid: 5 },
    { type: "leftover-killed", at: t0, service: "api", pid: 6, port: 8000 },
    { type: "leftover-killed", at: t0, service: "api", pid: 7, port: null },
    { type: "record-damaged", at: t0, file: "pids/api.pid", movedTo: "pids/api.pid.damaged-1" },
    { type: "operation-queued", at: t0, behind: "stop" },
    { type: "operation-joined", at: t0 },
    { type: "interrupted", at: t0, presses: 1 },
    { type: "interrupted", at: t0, presses: 2 },
    { type: "interrupted", at: t0, presses: 3 },
    { type: "warning", at: t0, code: "VARIABLE_UNSET", message: "HOME\u0007 is not set" },
  ];
  expect(plain(events)).toBe(`chainlens: 4 services, each as soon as its dependencies allow
note: api restarts: environment.PORT, command changed
note: api restarts: its definition changed
note: api restarts: it is unhealthy
note: api restarts: as asked
note: api restarts: everything starts afresh
note: api restarts: a dependency restarted
note: redis was running without a supervisor: taken over, pid 5
warning: a process of an earlier run of api that held port 8000 was killed (pid 6)
warning: a process of an earlier run of api was killed (pid 7)
warning: pids/api.pid was damaged and is now pids/api.pid.damaged-1 [RECORD_DAMAGED]
note: waiting for the stop that is under way
note: this start is under way already: following it
note: stopping what this start has started; Ctrl-C once more kills it at once
note: killing what is left; Ctrl-C once more leaves it as it is
note: left as it is: status tells what still runs
warning: HOME\uFFFD is not set [VARIABLE_UNSET]
`);
});

test("a service that takes long is mentioned with its last probe, on one clock for all attempts", () => {
  const events: Event[] = [
    planned,
    changed(0, "redis", starting(0)),
    changed(0, "backend", starting(0)),
    { type: "probe-failed", at: t0, service: "redis", message: "connection refused" },
    changed(5000, "redis", retrying),
    changed(9000, "redis", starting(9000, 2)),
    changed(9000, "frontend", starting(9000)),
    changed(9500, "backend", ready(9500)),
  ];
  let memory = noMemory;
  for (const event of events) memory = plainLines(memory, event).memory;
  const texts = (now: number) =>
    stillStarting(memory, now, 10_000).map((line) => line.map(({ text }) => text).join(""));
  expect(texts(t0 + 9999)).toEqual([]);
  expect(texts(t0 + 10_000)).toEqual(["  … redis     starting for 10 s: connection refused"]);
  expect(texts(t0 + 20_000)).toEqual([
    "  … redis     starting for 20 s: connection refused",
    "  … frontend  starting for 11 s",
  ]);
});

test("many names are counted, long lines stay whole", () => {
  const names = Array.from({ length: 30 }, (_, index) => `service-${index}`);
  expect(plain([{ type: "wave-started", at: t0, wave: 3, services: names }])).toBe(
    `wave 3  ${names.slice(0, 12).join(", ")} and 18 more\n`,
  );
});

describe("by what services usually take", () => {
  const usual = new Map([
    ["redis", 300],
    ["backend", 3_000],
    ["worker", 1_500],
    ["frontend", 500],
  ]);
  const told = (events: readonly Event[], known = usual): string => {
    let text = "";
    const reporter = plainReporter({ write: (piece) => (text += piece), color: false, width: 40 }, known);
    for (const event of events) reporter.event(event);
    reporter.close();
    return text;
  };
  const first: Event = { type: "wave-started", at: t0, wave: 0, services: ["redis"] };
  const second: Event = { type: "wave-started", at: t0, wave: 1, services: ["backend"] };

  test("said once, with the first wave", () => {
    expect(told([planned, first, second])).toBe(`chainlens: 4 services in 3 waves
wave 0  redis   all ready in about 4.8 s
wave 1  backend
`);
  });

  test("without what is up, and not at all where one has no history", () => {
    const up: Event = { type: "service-unchanged", at: t0, service: "redis", wave: 0, state: ready(300) };
    expect(told([planned, up, second])).toContain("wave 1  backend   all ready in about 4.5 s\n");
    expect(told([planned, up, second], new Map([["redis", 300]]))).toContain("wave 1  backend\n");
  });

  test("a service that takes long", () => {
    const events = [planned, changed(0, "backend", starting(0), 1)];
    const memory = events.reduce<PlainMemory>((before, event) => plainLines(before, event).memory, {
      ...noMemory,
      usual,
    });
    const lines = (after: number) =>
      stillStarting(memory, t0 + after, 0).map((line) => line.map(({ text }) => text).join(""));
    expect(lines(1_000)).toEqual(["  … backend   starting for 1.0 s, about 2.0 s left"]);
    expect(lines(12_000)).toEqual(["  … backend   starting for 12 s, longer than the usual 3.0 s"]);
  });
});
