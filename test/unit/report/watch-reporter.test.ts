import { expect, test } from "vitest";
import type { WatchEvent } from "../../../scripts/lib/model/watch-event.ts";
import { watchReporter } from "../../../scripts/lib/report/watch-reporter.ts";

function said(...events: readonly WatchEvent[]): readonly string[] {
  const texts: string[] = [];
  const wording = {
    color: false,
    cwd: "/w",
    logOf: (name: string) => `/w/logs/watch/${name}.log`,
    folderOf: (name: string) => `/w/${name}`,
    hasKeys: false,
  };
  const reporter = watchReporter(wording, (text) => void texts.push(text));
  for (const event of events) reporter.event(event);
  reporter.close();
  return texts;
}

function death(repository: string, code: number, lastOutput = ""): WatchEvent {
  const end = { kind: "exited", code } as const;
  return { type: "watch-died", repository, end, lastOutput: Buffer.from(lastOutput), restartMs: null };
}

test("those that die together stand in one list, and nothing overtakes them", () => {
  expect(said(death("a", 1, "why\n"), death("b", 2), { type: "watch-stopping" })).toEqual([
    "Watch process failures detected:\n  a (exit code: 1)\n    why\n  b (exit code: 2)\n",
    "Stopping all watch processes...\n",
  ]);
});

test("what is collected is said at the end at the latest", () => {
  expect(said(death("a", 1))).toEqual(["Watch process failures detected:\n  a (exit code: 1)\n"]);
});

test("what could not be stopped, and what cannot be logged", () => {
  expect(
    said(
      { type: "watch-survived", repository: "a", pids: [12, 34] },
      { type: "watch-unlogged", repository: "a", errno: "ENOSPC" },
    ),
  ).toEqual([
    "[a] Error stopping: nothing could end PID 12, 34\n",
    "[a] Its log cannot be written (ENOSPC); it goes on without\n",
  ]);
});

test("a program that may not be executed, with what to try", () => {
  const end = { kind: "not-executable", program: "./watch it", errno: "EACCES" } as const;
  const lastOutput = Buffer.alloc(0);
  expect(said({ type: "watch-failed", repository: "a", end, lastOutput, argv: ["./watch it", "--all"] })).toEqual([
    "[a] Failed to start watch: Cannot execute ./watch it (EACCES: no permission)\n" +
      "  hint: Its output is in logs/watch/a.log.\n  hint: To try it by itself: cd a && './watch it' --all\n",
  ]);
});

test("a command that has done its work is none to watch", () => {
  const end = { kind: "exited", code: 0 } as const;
  const failed = {
    type: "watch-failed",
    repository: "a",
    end,
    lastOutput: Buffer.from("done\n"),
    argv: ["w"],
  } as const;
  expect(said(failed)[0]).toMatch(/Failed to start watch: done\n {2}hint: It ended with exit code 0: .* for run\.\n/);
  expect(said({ ...failed, end: { kind: "exited", code: 1 } })[0]).not.toContain("for run");
});

test("the last line is what a terminal would show of it: no colours, no progress that was written over", () => {
  const end = { kind: "exited", code: 1 } as const;
  const lastOutput = Buffer.from("fine\n10 %\r20 %\r\u001B[31mno disk\u001B[0m\n\n  \n");
  expect(said({ type: "watch-failed", repository: "a", end, lastOutput, argv: ["w"] })[0]).toContain(
    "[a] Failed to start watch: no disk\n",
  );
});
