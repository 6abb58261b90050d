import { expect, test } from "vitest";
import { requestedCommand } from "../../../scripts/lib/workspace/requested-command.ts";

const last = { request: { name: "status", args: ["-v"] }, isShell: false, notOk: ["/w/a"] };

test.each([
  { args: ["status"], tail: [], means: { request: { name: "status", args: [] }, isShell: false } },
  { args: ["status", "-v"], tail: [], means: { request: { name: "status", args: ["-v"] }, isShell: false } },
  // Behind a declared one, what follows -- is more of its arguments.
  {
    args: ["query", "a"],
    tail: ["--all", "b c"],
    means: { request: { name: "query", args: ["a", "--all", "b c"] }, isShell: false },
  },
  { args: [], tail: ["ls", "-l"], means: { request: { name: null, args: ["ls", "-l"] }, isShell: false } },
  { args: [], tail: [], means: { request: { name: null, args: [] }, isShell: false } },
])("$args -- $tail", ({ args, tail, means }) => {
  expect(requestedCommand({ args, tail, isShell: false }, null)).toEqual(means);
  if (args.length + tail.length > 0) expect(requestedCommand({ args, tail, isShell: false }, last)).toEqual(means);
});

test("--shell is for what follows --", () => {
  const shell = requestedCommand({ args: [], tail: ["ls | wc"], isShell: true }, null);
  expect(shell).toEqual({ request: { name: null, args: ["ls | wc"] }, isShell: true });
  expect(() => requestedCommand({ args: ["status"], tail: [], isShell: true }, null)).toThrow(
    /USAGE: --shell .*"status" is a declared one/,
  );
});

test("--retry-failed without a command: that of the last run", () => {
  expect(requestedCommand({ args: [], tail: [], isShell: false }, last)).toMatchObject({
    request: last.request,
    isShell: false,
  });
  const lastShell = { ...last, isShell: true };
  expect(requestedCommand({ args: [], tail: [], isShell: false }, lastShell).isShell).toBe(true);
});
