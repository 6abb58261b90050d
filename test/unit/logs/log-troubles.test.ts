import { expect, test } from "vitest";
import { LogTroubles } from "../../../scripts/lib/logs/log-troubles.ts";

const minute = 60_000;

/** With a clock that the test sets. */
function newTroubles() {
  const told: string[] = [];
  const clock = { now: 5 * minute };
  const troubles = new LogTroubles(
    (text) => told.push(text),
    () => clock.now,
  );
  /** In how many minutes it is due. */
  const pause = (what: string): number => {
    const before = clock.now;
    while (!troubles.isDue(what)) clock.now += minute;
    return (clock.now - before) / minute;
  };
  return { told, troubles, pause };
}

test("what fails again and again is told once, and tried less and less often, but once an hour", () => {
  const { told, troubles, pause } = newTroubles();
  const pauses = Array.from({ length: 8 }, () => {
    troubles.failed("rotation of web", "no room");
    return pause("rotation of web");
  });
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  expect(told).toEqual(["no room"]);
});

test("what worked in between is told again, and soon tried again; others are not held up", () => {
  const { told, troubles, pause } = newTroubles();
  troubles.failed("rotation of web", "no room");
  expect(troubles.isDue("rotation of api")).toBe(true);
  troubles.failed("rotation of web", "no room");
  troubles.worked("rotation of web");
  expect(troubles.isDue("rotation of web")).toBe(true);
  troubles.failed("rotation of web", "no room again");
  expect(pause("rotation of web")).toBe(1);
  expect(told).toEqual(["no room", "no room again"]);
});
