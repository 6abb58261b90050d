import { appendFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { appendLogTimes, offsetSince, readLogTimes } from "../../../scripts/lib/logs/log-times.ts";
import { newLog } from "./log-folder.ts";

test("what was noted is read again; a missing file has no notes, a damaged line is left out", async () => {
  const file = await newLog();
  expect(readLogTimes(file)).toEqual([]);
  appendLogTimes(file, [{ at: 1_000, offset: 10 }]);
  appendFileSync(file, "nonsense\n1500\n12 x\n");
  appendLogTimes(file, [
    { at: 2_000, offset: 20 },
    { at: 3_000, offset: 20 },
  ]);
  expect(readLogTimes(file)).toEqual([
    { at: 1_000, offset: 10 },
    { at: 2_000, offset: 20 },
    { at: 3_000, offset: 20 },
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a log that was cut off, or a clock that was set back, begins anew", async () => {
  const file = await newLog();
  appendLogTimes(file, [
    { at: 1_000, offset: 100 },
    { at: 2_000, offset: 200 },
    { at: 3_000, offset: 0 },
    { at: 4_000, offset: 50 },
  ]);
  expect(readLogTimes(file)).toEqual([
    { at: 3_000, offset: 0 },
    { at: 4_000, offset: 50 },
  ]);
  appendLogTimes(file, [{ at: 3_500, offset: 60 }]);
  expect(readLogTimes(file)).toEqual([
    { at: 3_000, offset: 0 },
    { at: 3_500, offset: 60 },
  ]);
});

test("where to begin: nothing of what was written since is left out", () => {
  const times = [
    { at: 1_000, offset: 10 },
    { at: 2_000, offset: 20 },
  ];
  const starts = [999, 1_000, 1_999, 2_000, 9_999].map((since) => offsetSince(times, since));
  expect(starts).toEqual([null, 10, 10, 20, 20]);
});

test("it stays small: what is long past is known less exactly, and never wrongly", async () => {
  const file = await newLog();
  const all = Array.from({ length: 20_000 }, (_, index) => ({
    at: 1_700_000_000_000 + index * 1_000,
    offset: index * 7,
  }));
  for (let from = 0; from < all.length; from += 100) appendLogTimes(file, all.slice(from, from + 100));
  expect(statSync(file).size).toBeLessThan(64 * 1024);
  const kept = readLogTimes(file);
  const known = new Map(all.map(({ at, offset }) => [at, offset]));
  expect(kept.every(({ at, offset }) => known.get(at) === offset)).toBe(true);
  expect(kept.at(-1)).toEqual(all.at(-1));
  expect(kept[0]).toEqual(all[0]);
  // The latest thousand: each second of them.
  expect(kept.slice(-1_000)).toEqual(all.slice(-1_000));
});
