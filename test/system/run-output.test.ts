import { describe, expect, test, vi } from "vitest";
import { burstLines, type NastyCase, nastyCases } from "../support/nasty-cases.ts";
import { nastyArgv } from "../support/program.ts";
import { repositoriesNamed } from "../support/repositories.ts";
import { requires } from "../support/requires.ts";
import type { RunningCommand } from "../support/running-command.ts";
import { until } from "../support/until.ts";
import type { Workspace } from "../support/workspace.ts";
import { pieceProblems, steeredExpectations } from "./nasty-expectations.ts";

// What `run` makes of output that runners get wrong. In a terminal: run-output-terminal.test.ts.

vi.setConfig({ testTimeout: 120_000 });
const allCases = Object.keys(nastyCases);
const megabyte = 1024 * 1024;

/** Which cases came out right. */
function tally(mode: string) {
  const right = new Set<string>();
  return {
    isRight: (nastyCase: string) => void right.add(nastyCase),
    /** Stands last in its suite. */
    all: () => {
      process.stdout.write(`nasty output, -o ${mode} in a pipe: ${right.size} of ${allCases.length} cases\n`);
      expect([...right].toSorted()).toEqual(allCases.toSorted());
      expect(right.size).toBe(13);
    },
  };
}

const linesWith = (prefix: string, lines: readonly string[], isBytes = false): Buffer =>
  Buffer.from(lines.map((line) => `${prefix}${line}\n`).join(""), isBytes ? "latin1" : "utf8");

/** Runs a case; its program waits for the test. */
function steeredRun(dev: Workspace, mode: string, nastyCase: NastyCase): RunningCommand {
  return dev.run("run", "-o", mode, "--", ...nastyArgv(nastyCase, "{name}"));
}

function atOnce(dev: Workspace, mode: string, nastyCase: NastyCase): RunningCommand {
  return dev.run("run", "-o", mode, "--", ...nastyArgv(nastyCase));
}

async function untilShown(run: RunningCommand, line: Buffer): Promise<void> {
  await until(
    () => run.bytes().includes(line),
    () => `${JSON.stringify(line.toString())} is shown:\n${JSON.stringify(run.printed())}`,
  );
}

async function endedWell(run: RunningCommand): Promise<Buffer> {
  const { exitCode, stderr } = await run;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/^(\d) ok of \1 in [^\n]*\n$/) });
  return run.bytes();
}

requires("perl")(
  "run -o stream in a pipe: every line whole, with its repository's name, and nothing that steers a terminal",
  () => {
    const { isRight, all } = tally("stream");

    test.each(steeredExpectations)("$nastyCase", async ({ nastyCase, whole, begun = whole, seen = [], isBytes }) => {
      await using dev = await repositoriesNamed("one");
      const run = steeredRun(dev, "stream", nastyCase);
      const one = await dev.program("one");
      for (let left = await one.writeNext(), shown = 0; left > 0; left = await one.writeNext(), shown += 1) {
        const line = seen[shown] ?? null;
        if (line !== null) await untilShown(run, linesWith("one | ", [line], isBytes));
      }
      await one.exit(0);
      expect(String(await endedWell(run))).toEqual(String(linesWith("one | ", begun, isBytes)));
      expect(run.bytes().equals(linesWith("one | ", begun, isBytes))).toBe(true);
      isRight(nastyCase);
    });

    test("long line", async () => {
      await using dev = await repositoriesNamed("one");
      const lines = (await endedWell(atOnce(dev, "stream", "long line"))).toString().split("\n");
      expect(lines.splice(-2)).toEqual(["one | after", ""]);
      expect(lines.filter((line) => !line.startsWith("one | "))).toEqual([]);
      const pieces = lines.map((line) => line.slice("one | ".length));
      expect(pieceProblems(pieces, megabyte)).toEqual([]);
      isRight("long line");
    });

    test("bursts: 200,000 lines on each stream of two programs", async () => {
      await using dev = await repositoriesNamed("one", "two");
      const lines = (await endedWell(atOnce(dev, "stream", "bursts"))).toString().split("\n");
      expect(lines.pop()).toBe("");
      for (const name of ["one", "two"]) {
        for (const stream of ["stdout", "stderr"]) {
          const start = `${name} | ${stream} `;
          const numbers = lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
          expect(numbers.length).toBe(burstLines);
          expect(numbers.find((number, index) => number !== String(index))).toBe(undefined);
        }
      }
      expect(lines.length).toBe(4 * burstLines);
      isRight("bursts");
    });

    test("unread output", async () => {
      await using dev = await repositoriesNamed("one");
      const output = await endedWell(atOnce(dev, "stream", "unread output"));
      expect(output.equals(linesWith("one | ", unreadLines))).toBe(true);
      isRight("unread output");
    });

    test("late grandchild: what it writes is shown as long as the run goes on", async () => {
      await using dev = await repositoriesNamed("one", "two");
      const run = steeredRun(dev, "stream", "late grandchild");
      const [one, two] = await dev.programs("one", "two");
      await one.writeNext();
      const late = await one.spawnGrandchild();
      await one.exit(0);
      await late.writeNext();
      await untilShown(run, linesWith("one | ", ["late 2, without an end"]));
      await late.exit(0);
      await two.exit(0);
      const output = await endedWell(run);
      expect(output.toString()).toBe("one | before\none | late 1\none | late 2, without an end\n");
      isRight("late grandchild");
    });

    test("all thirteen", all);
  },
);

requires("perl")(
  "run -o grouped in a pipe: each repository's output in one piece, and nothing that steers a terminal",
  () => {
    const { isRight, all } = tally("grouped");

    test.each(steeredExpectations)("$nastyCase", async ({ nastyCase, whole, isBytes }) => {
      await using dev = await repositoriesNamed("one");
      const run = steeredRun(dev, "grouped", nastyCase);
      const one = await dev.program("one");
      while ((await one.writeNext()) > 0) expect(run.bytes().length).toBe(0);
      await one.exit(0);
      const output = await endedWell(run);
      const expected = Buffer.concat([linesWith("", ["one:"]), linesWith("", whole, isBytes)]);
      expect(String(output)).toBe(String(expected));
      expect(output.equals(expected)).toBe(true);
      isRight(nastyCase);
    });

    test("long line", async () => {
      await using dev = await repositoriesNamed("one");
      const lines = (await endedWell(atOnce(dev, "grouped", "long line"))).toString().split("\n");
      expect(lines.shift()).toBe("one:");
      expect(lines.splice(-2)).toEqual(["after", ""]);
      expect(pieceProblems(lines, megabyte)).toEqual([]);
      isRight("long line");
    });

    test("bursts: 200,000 lines on each stream, in the order in which they were written", async () => {
      await using dev = await repositoriesNamed("one", "two");
      const output = await endedWell(atOnce(dev, "grouped", "bursts"));
      const each = nastyCases.bursts
        .map((write) => (typeof write === "object" && "stderr" in write ? write.stderr : write))
        .join("");
      const [first, second] = output.indexOf("one:\n") === 0 ? ["one", "two"] : ["two", "one"];
      expect(output.equals(Buffer.from(`${first}:\n${each}\n${second}:\n${each}`))).toBe(true);
      isRight("bursts");
    });

    test("unread output", async () => {
      await using dev = await repositoriesNamed("one");
      const output = await endedWell(atOnce(dev, "grouped", "unread output"));
      expect(output.equals(linesWith("", ["one:", ...unreadLines]))).toBe(true);
      isRight("unread output");
    });

    test("late grandchild: the run does not wait for it, and does it no harm", async () => {
      await using dev = await repositoriesNamed("one");
      const run = steeredRun(dev, "grouped", "late grandchild");
      const one = await dev.program("one");
      await one.writeNext();
      const late = await one.spawnGrandchild();
      await one.exit(0);
      expect((await endedWell(run)).toString()).toBe("one:\nbefore\n");
      expect(await late.writeNext()).toBe(0);
      expect(late.isAlive()).toBe(true);
      await late.exit(0);
      isRight("late grandchild");
    });

    test("all thirteen", all);
  },
);

const unreadLines = nastyCases["unread output"][0].split("\n");

describe("a reader that goes away", () => {
  test.each(["stream", "grouped"])("-o %s: no stack, no process left", async (mode) => {
    await using dev = await repositoriesNamed("one", "two");
    const script = `"$0" "$@" 2>err | head -n 1`;
    const { stdout } = await dev.shell(script, {}, "run", "-o", mode, "--", ...nastyArgv("bursts"));
    expect(stdout).toMatch(mode === "stream" ? /^(?:one|two) \| std(?:out|err) 0\n$/ : /^(?:one|two):\n$/);
    expect(dev.read("err")).not.toMatch(/EPIPE|^ +at /m);
    await dev.nothingIsLeft();
  });
});
