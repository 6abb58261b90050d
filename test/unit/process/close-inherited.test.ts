import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { program } from "./stage.ts";

/** Runs the program with these redirections; whoever runs the tests may have left descriptors open as well. */
function run(redirections: string, ...ask: readonly number[]): { closed: readonly number[]; open: readonly number[] } {
  const script = `exec ${redirections}; exec "$@"`;
  const args = ["-c", script, "bash", process.execPath, program("close-inherited.ts"), ...ask.map(String)];
  const told: unknown = JSON.parse(execFileSync("bash", args, { encoding: "utf8" }));
  return told as { closed: readonly number[]; open: readonly number[] };
}

test("inherited descriptors are closed, but for those to keep; node goes on with its own", () => {
  const before = run("2>&2").closed;
  const { closed, open } = run("20</dev/null 30</dev/null 200</dev/null 201</dev/null", 20, 30, 200, 201);
  expect(closed).toEqual([...before, 20, 200, 201].toSorted((a, b) => a - b));
  expect(open).toEqual([30]);
});
