import { expect, test } from "vitest";
import { clockWords } from "../../../scripts/lib/report/clock-words.ts";

test("today the time is enough, else the date is needed", () => {
  const now = new Date(2026, 10, 22, 9, 30, 0).getTime();
  expect(clockWords(new Date(2026, 10, 22, 9, 5, 7).getTime(), now)).toBe("09:05:07");
  expect(clockWords(new Date(2026, 10, 21, 23, 59, 59).getTime(), now)).toBe("2026-11-21 23:59:59");
  expect(clockWords(new Date(2026, 9, 22, 9, 5, 7).getTime(), now)).toBe("2026-10-22 09:05:07");
});
