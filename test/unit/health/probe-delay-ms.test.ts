import { describe, expect, test } from "vitest";
import { type ProbeHistory, probeDelayMs } from "../../../scripts/lib/health/probe-delay-ms.ts";

const history: ProbeHistory = {
  check: "http",
  kind: "refused",
  failures: 1,
  sinceSpawnMs: 0,
  lastDurationMs: 1,
  intervalMs: 1_000,
};

const delays = (count: number, details: Partial<ProbeHistory>): number[] =>
  Array.from(
    { length: count },
    (_, index) => Math.round(probeDelayMs({ ...history, ...details, failures: index + 1 }) * 100) / 100,
  );

describe("while the connection is refused", () => {
  test("2 ms × 1.4, at most 10 ms, in the first second", () => {
    expect(delays(7, {})).toEqual([2, 2.8, 3.92, 5.49, 7.68, 10, 10]);
    expect(delays(3, { check: "tcp", sinceSpawnMs: 999 })).toEqual([2, 2.8, 3.92]);
  });

  test.each([
    [1_000, 25],
    [4_999, 25],
    [5_000, 100],
    [60_000, 100],
  ])("%i ms after the spawn: %i ms", (sinceSpawnMs, expected) => {
    expect(delays(3, { sinceSpawnMs })).toEqual([expected, expected, expected]);
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
    expect(probeDelayMs({ ...history, kind: "answered", failures: 1_000_000 })).toBe(1_000);
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
      expect(probeDelayMs({ ...history, check: "exec", kind, lastDurationMs })).toBe(expected);
    }
  });
});

test("files and logs are looked at as eagerly as ports that refuse", () => {
  for (const check of ["file", "log"] as const) {
    expect(delays(7, { check, kind: "other" })).toEqual([2, 2.8, 3.92, 5.49, 7.68, 10, 10]);
    expect(delays(1, { check, kind: "other", sinceSpawnMs: 1_000 })).toEqual([25]);
    expect(delays(1, { check, kind: "other", sinceSpawnMs: 5_000 })).toEqual([100]);
  }
});
