import { describe, expect, test } from "vitest";
import { type Crowd, type ProbeHistory, probeDelayMs } from "../../../scripts/lib/health/probe-delay-ms.ts";

const history: ProbeHistory = {
  check: "http",
  kind: "refused",
  failures: 1,
  sinceSpawnMs: 0,
  lastDurationMs: 1,
  intervalMs: 1_000,
};

const alone: Crowd = { waiting: 1, isSpawning: false };

const delays = (count: number, details: Partial<ProbeHistory>): number[] =>
  Array.from(
    { length: count },
    (_, index) => Math.round(probeDelayMs({ ...history, ...details, failures: index + 1 }, alone) * 100) / 100,
  );

describe("while the connection is refused", () => {
  test.each([
    [0, 1],
    [99, 1],
    [500, 2.5],
    [1_000, 5],
    [5_000, 25],
    [20_000, 100],
    [3_600_000, 100],
  ])("%i ms after the spawn: %i ms, a 200th of it", (sinceSpawnMs, expected) => {
    expect(delays(3, { sinceSpawnMs })).toEqual([expected, expected, expected]);
    expect(delays(1, { check: "tcp", sinceSpawnMs })).toEqual([expected]);
  });

  test("many that are waited for share our time: all of it while they are young, a third later", () => {
    const crowd = { waiting: 100, isSpawning: false };
    expect(probeDelayMs({ ...history, sinceSpawnMs: 10 }, crowd)).toBeCloseTo(30);
    expect(probeDelayMs({ ...history, sinceSpawnMs: 1_000 }, crowd)).toBeCloseTo(90);
    expect(probeDelayMs({ ...history, sinceSpawnMs: 60_000 }, crowd)).toBe(100);
  });

  test("while others are being spawned they are not held up", () => {
    expect(probeDelayMs(history, { waiting: 1, isSpawning: true })).toBe(20);
  });
});

describe("after a wrong answer, or none in time", () => {
  test("25 ms × 1.5, up to the interval", () => {
    for (const kind of ["answered", "timeout", "other"] as const) {
      expect(delays(5, { kind })).toEqual([25, 37.5, 56.25, 84.38, 126.56]);
      expect(delays(30, { kind }).at(-1)).toBe(1_000);
      expect(delays(30, { kind, sinceSpawnMs: 60_000 }).at(0)).toBe(25);
    }
  });

  test("an interval shorter than that is kept", () => {
    expect(delays(3, { kind: "answered", intervalMs: 10 })).toEqual([10, 10, 10]);
  });

  test("after a million of them it is still the interval", () => {
    expect(probeDelayMs({ ...history, kind: "answered", failures: 1_000_000 }, alone)).toBe(1_000);
  });
});

describe("a command", () => {
  test.each([
    [0, 100],
    [50, 100],
    [51, 102],
    [3_000, 6_000],
  ])("that took %i ms: %i ms", (lastDurationMs, expected) => {
    for (const kind of ["answered", "timeout", "other"] as const) {
      expect(probeDelayMs({ ...history, check: "exec", kind, lastDurationMs }, alone)).toBe(expected);
    }
  });
});

test("files and logs are looked at as eagerly as ports that refuse", () => {
  for (const check of ["file", "log"] as const) {
    expect(delays(2, { check, kind: "other" })).toEqual([1, 1]);
    expect(delays(1, { check, kind: "other", sinceSpawnMs: 1_000 })).toEqual([5]);
  }
});
