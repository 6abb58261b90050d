import { describe, expect, test } from "vitest";
import type { Event } from "../../../scripts/lib/model/event.ts";
import { boardLines } from "../../../scripts/lib/report/board-lines.ts";
import { boardModel, emptyBoard } from "../../../scripts/lib/report/board-model.ts";
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

function board(events: readonly Event[]) {
  return events.reduce(boardModel, emptyBoard);
}

function picture(events: readonly Event[], { width = 90, height = 40, at = 2400, color = false } = {}): string {
  return boardLines(board(events), width, height, t0 + at, color).join("\n");
}

const underWay: readonly Event[] = [
  planned,
  changed(5, "redis", starting(5)),
  changed(310, "redis", ready(305)),
  changed(312, "backend", starting(312), 1),
  { type: "probe-failed", at: t0 + 320, service: "backend", message: "connection refused 127.0.0.1:8000" },
];

test("wave by wave: state, time, what each waits for", () => {
  expect(picture(underWay)).toBe(`chainlens  starting 4 services in 3 waves  2.4 s
wave 0
  ✓ redis     ready in 0.30 s   pid 4711  port 6379
wave 1
  ⠼ backend   starting  2.0 s   connection refused 127.0.0.1:8000
wave 2
  · worker    waiting for redis, backend
  · frontend  waiting for backend
1 ready · 1 starting · 2 waiting   Ctrl-C stops what this start has started`);
});

test("with colour", () => {
  expect(picture(underWay, { color: true, height: 5 })).toBe(
    "\u001B[1mchainlens\u001B[22m  starting 4 services in 3 waves\u001B[2m  2.4 s\u001B[22m\n" +
      "  \u001B[36m⠼\u001B[39m backend   starting  2.0 s\u001B[2m   connection refused 127.0.0.1:8000\u001B[22m\n" +
      "\u001B[32m1 ready\u001B[39m\u001B[2m · \u001B[22m1 starting\u001B[2m · \u001B[22m\u001B[2m2 waiting\u001B[22m" +
      "\u001B[2m   Ctrl-C stops what this start has started\u001B[22m",
  );
});

test("the spinner turns, and the deadline shows when it comes near", () => {
  const rowAt = (at: number) => picture(underWay, { at }).split("\n")[4];
  expect(rowAt(2500)).toBe("  ⠴ backend   starting  2.1 s   connection refused 127.0.0.1:8000");
  expect(rowAt(40_312)).toBe("  ⠸ backend   starting  40 s of 60 s   connection refused 127.0.0.1:8000");
});

test("retries keep one clock", () => {
  const again = [...underWay, changed(400, "backend", retrying, 1)];
  expect(picture(again)).toContain("  ↻ backend   exited with code 1 before it was ready; trying again\n");
  expect(picture([...again, changed(650, "backend", starting(650, 2), 1)])).toContain(
    "  ⠼ backend   starting, attempt 2  2.0 s   connection refused 127.0.0.1:8000\n",
  );
});

test("the end: no hint, no clock, every row", () => {
  const end: Event = {
    type: "start-finished",
    at: t0 + 900,
    end: { exitCode: 2, durationMs: 900, services: [], criticalPathMs: null, oneByOneMs: null },
  };
  const events = [
    ...underWay,
    changed(700, "backend", crashed, 1),
    changed(701, "worker", skippedFor("backend"), 2),
    changed(701, "frontend", skippedFor("backend"), 2),
    end,
  ];
  expect(picture(events, { height: Number.POSITIVE_INFINITY })).toBe(`chainlens  4 services in 3 waves
wave 0
  ✓ redis     ready in 0.30 s   pid 4711  port 6379
wave 1
  ✗ backend   failed: exited with code 1 before it was ready (4 attempts)
wave 2
  – worker    skipped: needs backend healthy, but it failed
  – frontend  skipped: needs backend healthy, but it failed`);
});

test("a service that only waits for its wave says what of its needs is missing", () => {
  const waiting = changed(1, "worker", { phase: "pending", waitingFor: [] }, 2);
  expect(picture([...underWay, waiting])).toContain("  · worker    waiting for backend\n");
  expect(picture([...underWay, waiting, changed(900, "backend", ready(588), 1)])).toContain("  · worker    waiting\n");
});

test("a second start: what ran already, what is restarted", () => {
  const events: Event[] = [
    planned,
    { type: "service-unchanged", at: t0, service: "redis", wave: 0, state: ready(310) },
    changed(1, "backend", killing, 1),
    changed(2, "backend", killed, 1),
  ];
  expect(picture(events).split("\n").slice(1, 5)).toEqual([
    "wave 0",
    "  ✓ redis     running already   pid 4711  port 6379",
    "wave 1",
    "  – backend   stopped",
  ]);
  const restarted = [...events, changed(3, "backend", { phase: "pending", waitingFor: ["redis"] }, 1)];
  expect(picture(restarted)).toContain("  · backend   waiting for redis\n");
});

test("Ctrl-C: what the next one does", () => {
  const foot = (...more: Event[]) =>
    picture([...underWay, ...more])
      .split("\n")
      .at(-1);
  const press = (presses: 1 | 2): Event => ({ type: "interrupted", at: t0, presses });
  const stop: Event = { type: "stop-started", at: t0 + 2000, services: ["redis", "backend"] };
  expect(foot(press(1))).toBe("1 ready · 1 starting · 2 waiting   Ctrl-C kills what is left");
  expect(foot(press(1), stop)).toBe("2 waiting · 2 stopping   Ctrl-C kills what is left");
  expect(foot(press(1), stop, press(2))).toBe("2 waiting · 2 stopping   Ctrl-C leaves it as it is");
});

test("a stop has no waves; what it waits for is named", () => {
  const events: Event[] = [
    { type: "stop-started", at: t0, services: ["redis", "web"] },
    { type: "stop-waiting", at: t0 + 7000, service: "web", pid: 12, children: 2, waitedMs: 7000 },
  ];
  expect(picture(events, { at: 7000 })).toBe(`stopping 2 services  7.0 s
  ⠋ redis  stopping  7.0 s
  ⠋ web    stopping  7.0 s   pid 12, 2 children
2 stopping   Ctrl-C kills what is left`);
  const report = { ok: true, durationMs: 1, stopped: ["redis", "web"], forced: ["web"], survivors: [], strangers: [] };
  expect(picture([...events, { type: "stop-finished", at: t0 + 9000, report }])).toBe(`2 services
  – redis  stopped
  – web    stopped by SIGKILL`);
});

test("notes are kept apart from the rows", () => {
  const warning: Event = { type: "warning", at: t0, code: "VARIABLE_UNSET", message: "HOME is not set" };
  expect(board([warning, planned, warning]).notes).toEqual([
    { level: "warning", text: "HOME is not set [VARIABLE_UNSET]" },
    { level: "warning", text: "HOME is not set [VARIABLE_UNSET]" },
  ]);
});

test("the reducer changes no earlier board", () => {
  const before = board(underWay);
  const snapshot = structuredClone(before);
  boardModel(before, changed(700, "backend", crashed, 1));
  boardModel(before, { type: "stop-started", at: t0, services: ["new"] });
  expect(before).toEqual(snapshot);
});

/** 10 waves of 30: two waves ready but for a failure, the third starting, the others waiting. */
function manyServices(): Event[] {
  const names = (wave: number) => Array.from({ length: 30 }, (_, index) => `s${wave}-${index}`);
  const waves = Array.from({ length: 10 }, (_, wave) => names(wave));
  return [
    { ...planned, waves, waitsFor: {}, ports: {} },
    ...[0, 1].flatMap((wave) => names(wave).map((name) => changed(10, name, ready(10), wave))),
    ...names(2).map((name, index) => changed(100 - index, name, starting(100 - index), 2)),
    changed(50, "s1-7", crashed, 1),
  ];
}

test("too many for the screen: what goes on or went wrong wave by wave, counts for the rest", () => {
  const lines = picture(manyServices(), { height: 44, at: 1100 }).split("\n");
  expect(lines.slice(0, 6)).toEqual([
    "chainlens  starting 300 services in 10 waves  1.1 s",
    "wave 0  30 ready",
    "wave 1  29 ready · 1 failed",
    "  ✗ s1-7   failed: exited with code 1 before it was ready (4 attempts)",
    "wave 2  30 starting",
    "  ⠙ s2-0   starting  1.0 s",
  ]);
  expect(lines.slice(-2)).toEqual([
    "wave 9  30 waiting",
    "59 ready · 1 failed · 30 starting · 210 waiting   Ctrl-C stops what this start has started",
  ]);
});

test("still too many: failures first, then what takes longest, and how many more", () => {
  expect(picture(manyServices(), { height: 7, at: 1100 })).toBe(`chainlens  starting 300 services in 10 waves  1.1 s
  ✗ s1-7   failed: exited with code 1 before it was ready (4 attempts)
  ⠙ s2-29  starting  1.0 s
  ⠙ s2-28  starting  1.0 s
  ⠙ s2-27  starting  1.0 s
  … and 27 more
59 ready · 1 failed · 30 starting · 210 waiting   Ctrl-C stops what this start has started`);
});

test("whatever the size, it fits", () => {
  for (const events of [underWay, manyServices()]) {
    for (const height of [1, 2, 3, 4, 9, 24, 45, 400]) {
      for (const width of [1, 10, 40, 79, 200]) {
        const lines = picture(events, { width, height }).split("\n");
        expect(lines.length).toBeLessThanOrEqual(height);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }
    }
  }
});

test("the picture that stays behind has no more than a hundred rows", () => {
  expect(picture(manyServices(), { height: Number.POSITIVE_INFINITY }).split("\n")).toHaveLength(2 + 10 + 31);
});

describe("by what services usually take", () => {
  const usual = new Map([
    ["redis", 300],
    ["backend", 3_000],
    ["worker", 1_500],
    ["frontend", 500],
  ]);
  const at = (ms: number, known = usual, events = underWay): readonly string[] => {
    const model = events.reduce(boardModel, { ...emptyBoard, usual: known });
    return boardLines(model, 100, 40, t0 + ms);
  };

  test("what is left of one that starts, and of the whole start", () => {
    expect(at(1_312)[0]).toBe("chainlens  starting 4 services in 3 waves  1.3 s, about 3.5 s left");
    expect(at(1_312)[4]).toMatch(/^ {2}. backend {3}starting {2}1\.0 s, about 2\.0 s left {3}connection refused/);
  });

  test("nothing that is about over, and nothing out of nothing", () => {
    expect(at(3_112)[4]).toMatch(/starting {2}2\.8 s {3}connection/);
    const some = new Map([["backend", 3_000]]);
    expect(at(1_312, some)[0]).toBe("chainlens  starting 4 services in 3 waves  1.3 s");
    expect(at(1_312, some)[4]).toContain("about 2.0 s left");
    expect(at(1_312, new Map()).join("\n")).not.toContain("about");
  });

  test("a clock that was set back adds nothing to what is left", () => {
    expect(at(-9_000)[0]).toContain("about 4.5 s left");
    expect(at(-9_000)[4]).toContain("about 3.0 s left");
  });

  test("what takes longer than it usually does", () => {
    expect(at(6_312)[0]).toBe("chainlens  starting 4 services in 3 waves  6.3 s, longer than usual");
    expect(at(6_312)[4]).toContain("starting  6.0 s, longer than the usual 3.0 s");
  });

  test("what was up before costs nothing, a stop has no forecast", () => {
    const before: readonly Event[] = [
      planned,
      { type: "service-unchanged", at: t0, service: "redis", wave: 0, state: ready(305) },
      { type: "service-unchanged", at: t0, service: "backend", wave: 1, state: ready(305) },
      changed(0, "worker", starting(0), 2),
    ];
    expect(at(500, usual, before)[0]).toContain("0.5 s, about 1.0 s left");
    const stop: Event = { type: "stop-started", at: t0 + 400, services: ["worker"] };
    expect(at(500, usual, [...before, stop]).join("\n")).not.toContain("about");
  });
});
