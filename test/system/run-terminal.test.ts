import { expect, test } from "vitest";
import { programArgv } from "../support/program.ts";
import { repositoryWorkspace, totalsOf } from "../support/repository-workspace.ts";
import { requires } from "../support/requires.ts";
import { terminal } from "../support/terminal.ts";

requires("tmux")("run in a terminal", () => {
  test("one line of progress, which leaves no trace", async () => {
    await using dev = await repositoryWorkspace(["a", "b", "c"]);
    const screen = await terminal(dev, "run", "-o", "grouped", "--order", "config", "--", ...programArgv("{name}"));
    const [a, b, c] = await dev.programs("a", "b", "c");
    await screen.shows(/^0 of 3 done, running: a, b, c \(\d/m);
    await b.exit(1);
    await screen.shows(/^1 of 3 done, 1 failed, running: a, c \(\d/m);
    await a.print("of a\n");
    await a.exit(0);
    await screen.shows(/^2 of 3 done, 1 failed, running: c \(\d/m);
    await c.exit(0);
    await screen.shows(/it ended with 2/);
    const shown = await screen.screen();
    expect(shown).not.toMatch(/done|running/);
    expect(shown).toMatch(
      /^a:\nof a\n\nERROR in b: exited with code 1\n✗ b: exited with code 1 .*\n {4}\$ cd b && .*\n/,
    );
    expect(shown).toMatch(/^2 ok, 1 failed of 3 in /m);
    await screen.close();
  });

  test("Ctrl-C: what runs is stopped, nothing is left", async () => {
    await using dev = await repositoryWorkspace(["a", "b"]);
    const screen = await terminal(dev, "run", "-j", "1", "--", ...programArgv("{name}"));
    await dev.program("a");
    await screen.press("C-c");
    await screen.shows(/Stopping 1 command\. [^]*– a: interrupted\n– b: skipped: interrupted[^]*it ended with 130/);
    expect(dev.census()).toEqual([]);
    await screen.close();
  });

  test("--interactive: each command has the terminal, one after the other", async () => {
    await using dev = await repositoryWorkspace(["a", "b"]);
    const ask = "[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && printf 'word for {name}? ' && read word && echo {name} got $word";
    const screen = await terminal(dev, "run", "--interactive", "--shell", "--", ask);
    await screen.shows(/^a:\nword for a\?$/m);
    await screen.press("one Enter");
    await screen.shows(/^a:\n.*\na got one\nb:\nword for b\?$/m);
    await screen.press("two Enter");
    await screen.shows(/\nb got two\n2 ok of 2 in [^]*it ended with 0/m);
    await screen.close();
  });

  test("--interactive, Ctrl-C: who is ended by it ends the run, who takes it for something else does not", async () => {
    await using dev = await repositoryWorkspace(["a", "b", "c"]);
    const screen = await terminal(dev, "run", "--interactive", "--", ...programArgv("{name}"));
    const a = await dev.program("a");
    await a.ignore("SIGINT");
    for (let press = 1; press <= 3; press += 1) {
      await screen.press("C-c");
      await a.received("SIGINT", { count: press });
    }
    await a.exit(0);
    await dev.program("b");
    await screen.press("C-c");
    await screen.shows(
      /– b: interrupted\n– c: skipped: interrupted\n1 ok, 1 failed, 1 skipped of 3 in [^]*it ended with 130/,
    );
    expect(dev.runsOf("c")).toEqual([]);
    await screen.close();
  });
});

test("--interactive without a terminal: SIGTERM is handed on, and ends the run", async () => {
  await using dev = await repositoryWorkspace(["a", "b"]);
  const run = dev.run("run", "--interactive", "--", ...programArgv("{name}"));
  await dev.program("a");
  process.kill(run.pid, "SIGTERM");
  const end = await run;
  expect(end).toMatchObject({ signal: "SIGTERM" });
  expect(totalsOf(end)).toBe("0 ok, 1 failed, 1 skipped of 2");
  expect(dev.census()).toEqual([]);
});

test("--interactive: a failure ends nothing of what is ad hoc, but a command that stops at the first", async () => {
  await using dev = await repositoryWorkspace(["a", "b"], "  commands: { start: { argv: ['false'] } }\n");
  const [adHoc, start] = await Promise.all([
    dev.run("run", "--interactive", "--", "false"),
    dev.run("run", "--interactive", "start"),
  ]);
  expect([totalsOf(adHoc), totalsOf(start)]).toEqual(["0 ok, 2 failed of 2", "0 ok, 1 failed, 1 skipped of 2"]);
});
