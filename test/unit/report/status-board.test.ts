import { expect, test } from "vitest";
import type { StatusRow } from "../../../scripts/lib/report/status-row.ts";
import { presentLoad } from "../../../scripts/lib/report/present-load.ts";
import { statusBoardLines } from "../../../scripts/lib/report/status-board.ts";
import { gistOf, type StatusView } from "../../../scripts/lib/report/status-view.ts";
import { textWidth } from "../../../scripts/lib/report/text-width.ts";

const now = new Date(2026, 10, 22, 9, 30, 0).getTime();

function row(name: string, details: Partial<StatusRow> = {}): StatusRow {
  return {
    name,
    phase: "ready",
    reason: null,
    wave: 0,
    pid: 4711,
    startedAt: now - 125_000,
    uptimeMs: 125_000,
    restarts: 0,
    exitCode: null,
    ports: [6379],
    cpuPercent: 0.4,
    cpuSeconds: 0.5,
    memoryBytes: 65_011_712,
    healthcheck: { kind: "http", ok: true, latencyMs: 3, message: "status 200", checkedAt: now - 900 },
    log: `/w/logs/${name}.log`,
    retryAt: null,
    ...details,
  };
}

const view = (rows: readonly StatusRow[]): StatusView => ({
  name: "shop",
  root: "/w",
  supervisorPid: 9,
  rows,
  unsupervisedSince: null,
  hints: ["services.yaml has changed."],
});

function lines(rows: readonly StatusRow[], height: number, width = 120): readonly string[] {
  return statusBoardLines(view(rows), { verbose: false, now, height }, { color: false, width });
}

const failed = row("web", { phase: "failed", reason: "failed: exited with code 3", pid: null });

test("all fits: the head, the table in its order, reasons, the sum and hints", () => {
  expect(lines([row("db"), failed], 20).join("\n")).toBe(`shop  09:30:00  supervisor 9   q ends

STATE     NAME   PID  WAVE     UPTIME  RESTARTS    CPU    MEMORY  PORTS  LAST PROBE
✓ ready   db    4711     0  2 min 5 s         0  0.4 %  62.0 MiB  6379   http status 200 (3 ms, 0.9 s ago)
✗ failed  web      -     0  2 min 5 s         0  0.4 %  62.0 MiB  6379   http status 200 (3 ms, 0.9 s ago)

✗ web  failed: exited with code 3

1 of 2 services ready
hint: services.yaml has changed.`);
});

test("whatever the size, it fits into it, and what failed is in it as long as a row is", () => {
  const many = [...Array.from({ length: 40 }, (_, index) => row(`calm${index}`)), failed];
  for (let height = 1; height < 60; height += 1) {
    for (const width of [10, 30, 60, 100]) {
      const picture = lines(many, height, width);
      expect(picture.length).toBeLessThanOrEqual(height);
      expect(Math.max(...picture.map(textWidth))).toBeLessThanOrEqual(width);
      const shown = picture.filter((line) => /calm\d|web/.test(line));
      if (width === 100 && shown.length > 0) expect(shown[0]).toContain(height < 49 ? "web" : "calm0");
    }
  }
  expect(lines(many, 12).filter((line) => line.includes("more services"))).toHaveLength(1);
});

test("the picture that stays behind has all, and no keys", () => {
  const many = Array.from({ length: 100 }, (_, index) => row(`calm${index}`));
  const picture = lines(many, Number.POSITIVE_INFINITY);
  expect(picture.filter((line) => line.includes("calm"))).toHaveLength(100);
  expect(picture[0]).not.toContain("q ends");
});

test("the load is what was taken between two looks, for each process of its own", () => {
  const look = presentLoad();
  const at = (seconds: number, pid = 4711) => [row("db", { pid, cpuSeconds: seconds, cpuPercent: 7 })];
  const percent = (rows: readonly StatusRow[]) => rows[0]?.cpuPercent;
  expect(percent(look(at(10), 0)), "nothing to compare with").toBe(7);
  expect(percent(look(at(10.1), 500)), "too soon").toBe(7);
  expect(percent(look(at(10.5), 1_000))).toBeCloseTo(50);
  expect(percent(look(at(10.6), 1_400)), "the last one stays").toBeCloseTo(50);
  expect(percent(look(at(10.6), 2_000))).toBeCloseTo(10);
  expect(percent(look(at(0.4, 99), 3_000)), "another process").toBe(7);
  expect(percent(look(at(0.1, 99), 4_000)), "a child took its time with it").toBe(0);
});

test("a view says something new when more than its numbers changed", () => {
  const db = row("db");
  const probe = { kind: "http", ok: true, latencyMs: 9, message: "status 200", checkedAt: now } as const;
  const later = { ...db, uptimeMs: 9, cpuPercent: 9, cpuSeconds: 9, memoryBytes: 9, healthcheck: probe };
  expect(gistOf(view([later]))).toBe(gistOf(view([db])));
  expect(gistOf({ ...view([db]), unsupervisedSince: 1 })).toBe(gistOf({ ...view([db]), unsupervisedSince: 2 }));
  const news: readonly StatusView[] = [
    view([{ ...db, phase: "unhealthy" }]),
    view([{ ...db, pid: 1 }]),
    view([{ ...db, healthcheck: { ...probe, ok: false } }]),
    view([{ ...db, healthcheck: { ...probe, message: "status 204" } }]),
    view([{ ...db, restarts: 1 }]),
    { ...view([db]), supervisorPid: null },
    { ...view([db]), unsupervisedSince: 1 },
    { ...view([db]), hints: [] },
  ];
  for (const each of news) expect(gistOf(each)).not.toBe(gistOf(view([db])));
});
