import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { program } from "./stage.ts";

/** Runs the program with these redirections. */
function run(redirections: string, ...ask: readonly number[]): unknown {
  const script = `exec ${redirections}; exec "$@"`;
  const args = ["-c", script, "bash", process.execPath, program("close-inherited.ts"), ...ask.map(String)];
  return JSON.parse(execFileSync("bash", args, { encoding: "utf8" }));
}

test("inherited descriptors are closed, but for those to keep; node goes on with its own", () => {
  const leaked = descriptorsWePassOn();
  expect(run("2>&2")).toEqual({ closed: leaked, open: [] });
  const closed = [...leaked, 20, 200, 201].toSorted((a, b) => a - b);
  expect(run("20</dev/null 30</dev/null 200</dev/null 201</dev/null", 20, 30, 200, 201)).toEqual({
    closed,
    open: [30],
  });
});

/** Whoever runs the tests may have left some open for us, and so for what we start. */
function descriptorsWePassOn(): number[] {
  const isPassedOn = (descriptor: number): boolean => {
    try {
      const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1] ?? "";
      return (Number.parseInt(flags, 8) & 0o2000000) === 0;
    } catch {
      return false;
    }
  };
  return readdirSync("/proc/self/fd")
    .map(Number)
    .filter((descriptor) => descriptor > 15 && isPassedOn(descriptor))
    .toSorted((a, b) => a - b);
}
