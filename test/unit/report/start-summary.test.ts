import { expect, test } from "vitest";
import type { Event, ServiceEnd, StartEnd } from "../../../scripts/lib/model/event.ts";
import type { ServiceState } from "../../../scripts/lib/model/service-state.ts";
import { gatherStartDetails } from "../../../scripts/lib/report/start-details.ts";
import { startSummary, type SummaryOptions } from "../../../scripts/lib/report/start-summary.ts";

const ready: ServiceState = { phase: "ready", pid: 1, startedAt: 0, startupMs: 500 };

function service(name: string, state: ServiceState = ready, more: Partial<ServiceEnd> = {}): ServiceEnd {
  const startupMs = state.phase === "ready" ? state.startupMs : null;
  return { name, wave: 0, state, startupMs, unchanged: false, url: null, ...more };
}

function skipped(name: string, dependency: string): ServiceEnd {
  return service(name, { phase: "skipped", because: { dependency, condition: "healthy", found: "timeout" } });
}

function failed(name: string, state: Partial<Extract<ServiceState, { phase: "failed" }>> = {}): ServiceEnd {
  const reason = { kind: "exited", code: 1, beforeReady: true } as const;
  return service(name, {
    phase: "failed",
    reason,
    evidence: { attempts: 4, lastProbe: null, listening: [] },
    ...state,
  });
}

function summary(end: Partial<StartEnd>, options: SummaryOptions = {}, color = false): string {
  const whole: StartEnd = {
    exitCode: 0,
    durationMs: 2610,
    services: [],
    criticalPathMs: 2500,
    oneByOneMs: 3100,
    ...end,
  };
  return startSummary(whole, { color }, options);
}

function details(...events: Event[]) {
  const gathered = gatherStartDetails();
  for (const event of events) gathered.event(event);
  return gathered.details;
}

const diagnosed = (name: string, logTail: readonly string[]): Event => ({
  type: "service-diagnosed",
  at: 0,
  service: name,
  log: `/w/logs/${name}.log`,
  logTail,
});

const planned: Event = {
  type: "start-planned",
  at: 0,
  workspace: "w",
  strategy: "waves",
  waves: [],
  waitsFor: {},
  ports: { backend: [8000] },
};

test("all ready: what it took, what it would have taken, URLs, what to type next", () => {
  const services = [
    service("redis"),
    service("backend", ready, { url: "http://user:secret@127.0.0.1:8000/health" }),
    service("frontend", ready, { url: "http://127.0.0.1:5173/" }),
  ];
  expect(summary({ services })).toBe(
    `Ready in 2.61 s (critical path 2.50 s; one by one it would be 3.10 s: 16 % faster)

  backend   http://127.0.0.1:8000/health
  frontend  http://127.0.0.1:5173/

Next: groundswell status  ·  groundswell logs -f  ·  groundswell stop
`,
  );
});

test("with colour, called through npm", () => {
  expect(summary({ services: [service("redis")] }, { caller: "npm" }, true)).toBe(
    "\u001B[32mReady in 2.61 s\u001B[39m\n\n" +
      "Next: \u001B[36mnpm run status\u001B[39m\u001B[2m  ·  \u001B[22m\u001B[36mnpm run logs -- -f\u001B[39m" +
      "\u001B[2m  ·  \u001B[22m\u001B[36mnpm run stop\u001B[39m\n",
  );
});

test("no boast where there is nothing to compare, and none of being slower", () => {
  expect(summary({ services: [service("a")] })).toMatch(/^Ready in 2\.61 s\n/);
  expect(summary({ services: [service("a"), service("b")], oneByOneMs: 2600 })).toMatch(
    /^Ready in 2\.61 s \(critical path 2\.50 s; one by one it would be 2\.60 s\)\n/,
  );
  expect(summary({ services: [service("a"), service("b")], oneByOneMs: 0, criticalPathMs: 0 })).toMatch(
    /^Ready in 2\.61 s \(critical path 0 ms; one by one it would be 0 ms\)\n/,
  );
});

test("what ran already is told apart", () => {
  const before = { unchanged: true, startupMs: null };
  const nothing = { criticalPathMs: null, oneByOneMs: null };
  expect(summary({ services: [service("a", ready, before)], ...nothing })).toMatch(
    /^a was ready already: nothing to do\.\n/,
  );
  expect(summary({ services: [service("a", ready, before), service("b", ready, before)], ...nothing })).toMatch(
    /^All 2 services were ready already: nothing to do\.\n/,
  );
  expect(summary({ services: [service("a", ready, before), service("b")] })).toMatch(
    /^Ready in 2\.61 s; 1 was ready already\n/,
  );
});

test("a timeout: the last probe, the port it listens on instead, the end of its log, the skipped with their edge", () => {
  const timeout: ServiceState = {
    phase: "timeout",
    deadlineMs: 60_000,
    evidence: { attempts: 1, lastProbe: "connection refused 127.0.0.1:8000", listening: [8001] },
  };
  const text = summary(
    {
      exitCode: 2,
      durationMs: 60_320,
      services: [service("redis"), service("backend", timeout), skipped("worker", "backend"), skipped("ui", "backend")],
    },
    {
      details: details(planned, diagnosed("backend", ["starting", "listening on \u001B[32m8001\u001B[0m"])),
      cwd: "/w",
    },
  );
  expect(text).toBe(`✗ backend  timeout: not ready within 60 s
    last probe  connection refused 127.0.0.1:8000
    ports       it listens on 8001 instead of 8000
    try         Make it listen on 8000, or correct its ports and health check in services.yaml.
    log         logs/backend.log, last 2 lines:
    │ starting
    │ listening on 8001

– worker  skipped: needs backend healthy, but it was not ready in time
– ui      skipped: needs backend healthy, but it was not ready in time

1 of 4 ready after 1 min: 1 failed (backend), 2 not started

Next: groundswell logs backend  ·  groundswell start_dev  ·  groundswell stop
What is ready stays up; start_dev starts the rest.
`);
});

test("a failure with colour", () => {
  expect(summary({ exitCode: 1, services: [failed("a")] }, { details: details(diagnosed("a", ["boom"])) }, true)).toBe(
    "\u001B[31m✗\u001B[39m \u001B[1ma\u001B[22m  \u001B[31mfailed: exited with code 1 before it was ready (4 attempts)\u001B[39m\n" +
      "\u001B[2m    log         \u001B[22m/w/logs/a.log, last 1 line:\n" +
      "\u001B[2m    │ \u001B[22mboom\n\n" +
      "\u001B[31mNothing is ready after 2.61 s\u001B[39m: 1 failed (a)\n\n" +
      "Next: \u001B[36mgroundswell logs a\u001B[39m\u001B[2m  ·  \u001B[22m\u001B[36mgroundswell start_dev\u001B[39m" +
      "\u001B[2m  ·  \u001B[22m\u001B[36mgroundswell stop\u001B[39m\n" +
      "\u001B[2mWhat is ready stays up; start_dev starts the rest.\u001B[22m\n",
  );
});

test("exited 0 before ready: the hint at the background", () => {
  const state = { reason: { kind: "exited", code: 0, beforeReady: true } } as const;
  expect(summary({ exitCode: 1, services: [failed("web", state)] }, { details: details(diagnosed("web", [])) }))
    .toContain(`✗ web  failed: exited with code 0 before it was ready (4 attempts)
    try         It went to the background? Run it in the foreground.
    log         /w/logs/web.log (it wrote nothing)
`);
});

test("twenty lines of the log and no more; then how to see more", () => {
  const lines = Array.from({ length: 25 }, (_, index) => `line ${index}`);
  const text = summary({ exitCode: 1, services: [failed("a")] }, { details: details(diagnosed("a", lines)) });
  expect(text.match(/^ {4}│ .*$/gm)).toEqual(lines.slice(5).map((line) => `    │ ${line}`));
  expect(text).toContain("    more        groundswell logs -n 200 a\n");
});

test("of a log line that was written over, the last is shown; nothing in it steers the terminal", () => {
  const tail = [
    "one\rtwo\rthree",
    "100 %\r",
    "10 %\r20 %\r\u001B[K",
    "\u001B[2K\u001B[1Gdone\u0007\b",
    "\r\r",
    "a\tb\u0000c\u000Bd",
  ];
  const text = summary({ exitCode: 1, services: [failed("a")] }, { details: details(diagnosed("a", tail)) });
  expect(text.match(/^ {4}│.*$/gm)).toEqual(
    ["three", "100 %", "20 %", "done", "", "a  b␀c␋d"].map((line) => `    │ ${line}`.trimEnd()),
  );
});

test("a log line without an end is cut, a long one is not", () => {
  const text = summary(
    { exitCode: 1, services: [failed("a")] },
    { details: details(diagnosed("a", ["x".repeat(900), "y".repeat(5000)])) },
  );
  expect(text).toContain(`│ ${"x".repeat(900)}\n`);
  expect(text).toMatch(/│ y{993}…\n/);
});

test("many failures: the first five in full, the others a line each", () => {
  const services = Array.from({ length: 8 }, (_, index) => failed(`s${index}`));
  const tails = services.map(({ name }) => diagnosed(name, ["boom"]));
  const text = summary({ exitCode: 1, services }, { details: details(...tails) });
  expect(text.match(/│ boom/g)).toHaveLength(5);
  expect(text).toContain("\n\n✗ s5  failed: exited with code 1 before it was ready (4 attempts)\n✗ s6  failed");
  expect(text).toContain("8 failed (s0, s1, s2, s3, s4 and 3 more)");
});

test("many URLs are counted", () => {
  const services = Array.from({ length: 14 }, (_, index) => service(`s${index}`, ready, { url: `http://h/${index}` }));
  expect(summary({ services })).toContain("  s11  http://h/11\n  and 2 URLs more\n");
});

test("stopped while starting", () => {
  const killed: ServiceState = { phase: "killed", forced: false, at: 0 };
  expect(summary({ exitCode: 130, durationMs: 1200, services: [service("a", killed)] })).toBe(
    "Stopped while starting, after 1.20 s.\n\nNext: groundswell start_dev\n",
  );
});

test("no services at all", () => {
  expect(summary({ services: [] })).toBe("There are no services to start.\n\nNext: groundswell start_dev\n");
});
