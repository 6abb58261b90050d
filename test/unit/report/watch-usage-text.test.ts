import { expect, test } from "vitest";
import { measuredText, tooManyText, usageText } from "../../../scripts/lib/report/watch-usage-text.ts";

const mebibyte = 1024 * 1024;
const usages = [
  { repository: "backend/auth", pid: 4711, processes: 3, memoryBytes: 120 * mebibyte, cpu: 0.124 },
  { repository: "web", pid: null, processes: 0, memoryBytes: 0, cpu: 0 },
  { repository: "docs\u001B", pid: 12, processes: 1, memoryBytes: 30 * mebibyte, cpu: 1.5 },
];

test("memory and CPU of each and in total", () => {
  expect(usageText(usages, { color: false, width: 100 })).toBe(
    [
      "REPOSITORY               PID  PROCESSES    MEMORY    CPU",
      "backend/auth            4711          3   120 MiB   12 %",
      "web                        -          0       0 B    0 %",
      String.raw`docs\x1b                  12          1  30.0 MiB  150 %`,
      "2 watch processes of 3     -          4   150 MiB  162 %",
      "",
    ].join("\n"),
  );
});

test("up to twenty are not too many", () => {
  expect(tooManyText(20)).toBe("");
  expect(tooManyText(21)).toMatch(/^Warning: 21 repositories exceeds recommended limit of 20\n/);
});

test("what was measured counts those that run", () => {
  expect(measuredText(usages)).toBe("Measured: 150 MiB of memory and 162 % CPU (75.0 MiB and 81 % each)\n");
  expect(measuredText(usages.slice(1, 2))).toBe("");
});
