import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { UserError } from "../../../scripts/lib/diagnostic/user-error.ts";
import { selectLogs } from "../../../scripts/lib/logs/select-logs.ts";

function logsFolder(...files: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), "logs-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const folder = join(root, "logs");
  mkdirSync(folder);
  for (const file of files) writeFileSync(join(folder, file), "");
  return folder;
}

function problemsOf(run: () => unknown): { exitCode: number; problems: readonly string[] } {
  try {
    run();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { exitCode: error.exitCode, problems: error.problems.map(({ code, message }) => `${code}: ${message}`) };
  }
  throw new Error("no problem was found");
}

test("recorded services in their order, then what else has a log, and nothing of our own", () => {
  const folder = logsFolder("web.log", "db.log", "old.log", "a.log", "web.log.1", "startup_debug.log", "events.ndjson");
  const recorded = ["web", "db", "never"].map((name) => ({ name, file: join(folder, `${name}.log`) }));
  expect(selectLogs(folder, recorded, []).map(({ name }) => name)).toEqual(["web", "db", "a", "old"]);
  expect(selectLogs(folder, recorded, ["old", "web"])).toEqual([
    { name: "web", file: join(folder, "web.log") },
    { name: "old", file: join(folder, "old.log") },
  ]);
});

test("unknown names and missing logs, all at once", () => {
  const folder = logsFolder("web.log");
  const recorded = [
    { name: "db", file: join(folder, "db.log") },
    { name: "api", file: join(folder, "api.log") },
  ];
  expect(problemsOf(() => selectLogs(folder, recorded, ["wbe", "web", "startup_debug"]))).toEqual({
    exitCode: 64,
    problems: ['SERVICE_UNKNOWN: No service is named "wbe"', 'SERVICE_UNKNOWN: No service is named "startup_debug"'],
  });
  expect(problemsOf(() => selectLogs(folder, recorded, ["api", "web", "db"]))).toEqual({
    exitCode: 1,
    problems: ["LOG_NOT_FOUND: db has no log yet", "LOG_NOT_FOUND: api has no log yet"],
  });
});

test("no logs, no folder", () => {
  const folder = logsFolder();
  for (const place of [folder, join(folder, "missing")]) {
    expect(problemsOf(() => selectLogs(place, [], []))).toEqual({
      exitCode: 1,
      problems: [`LOG_NOT_FOUND: There is no log in ${place}`],
    });
  }
});
