import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { killForSure, look } from "../support/processes.ts";
import { programArgv } from "../support/program.ts";
import { requires } from "../support/requires.ts";
import { terminal } from "../support/terminal.ts";
import { until } from "../support/until.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

interface Watched {
  /** What is watched; default: the steered program, named as the repository. */
  readonly argv?: readonly string[];
  /** Further keys of the command, as YAML. */
  readonly keys?: string;
  /** Further keys of `workspace:`, each a line. */
  readonly workspace?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A workspace with these repositories and a watch command. */
function repositories(names: readonly string[], options: Watched = {}): Promise<Workspace> {
  const { argv = programArgv("{name}"), keys = "", workspace: more = [], env = {} } = options;
  const yaml = [
    "workspace:",
    `  commands: { watch: { argv: ${JSON.stringify(argv)}, mode: watch${keys} } }`,
    ...more.map((line) => `  ${line}`),
  ];
  const files = Object.fromEntries(names.map((name) => [`${name}/.git/HEAD`, "ref: refs/heads/main\n"]));
  return workspace(`${yaml.join("\n")}\n`, { files, env });
}

const three = ["backend/auth", "backend/user", "web"] as const;

/** Lines of our own, without the steered programs' output. */
function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

describe("the conversation", () => {
  test("all start, Ctrl-C stops all of them, and all is well", async () => {
    await using dev = await repositories(three);
    const watch = dev.run("watch");
    const programs = await dev.programs(...three);
    await watch.says(/Press Ctrl-C to stop all watchers\.\.\./);
    expect(programs.map(({ cwd }) => cwd)).toEqual(three.map((name) => dev.path(name)));
    const variables = ["PWD", "GIT_TERMINAL_PROMPT", "GIT_CEILING_DIRECTORIES"];
    expect(programs.map(({ env }) => variables.map((name) => env[name]))).toEqual(
      three.map((name) => [dev.path(name), "0", dirname(dev.path(name))]),
    );
    await programs[0].print("changed: a.ts\nchanged: b.ts\n");
    await watch.says(/^\[backend\/auth\] changed: b\.ts$/m);
    watch.interrupt();
    const { exitCode, stdout, stderr } = await watch;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const lines = linesOf(stdout);
    expect(lines[0]).toBe("Starting watch mode for 3 repositories...");
    expect(lines.slice(1, 4).toSorted()).toEqual(
      three.map((name) => `[${name}] Watch started - monitoring for changes`),
    );
    expect(lines.slice(4, 8)).toEqual([
      "Press Ctrl-C to stop all watchers...",
      "[backend/auth] changed: a.ts",
      "[backend/auth] changed: b.ts",
      "Stopping all watch processes...",
    ]);
    expect(lines.slice(8).toSorted()).toEqual(three.map((name) => `[${name}] Watch terminated`));
    expect(dev.census()).toEqual([]);
    expect(dev.read("logs/watch/backend/auth.log")).toBe("changed: a.ts\nchanged: b.ts\n");
    expect(dev.read("logs/watch/web.log")).toBe("");
  });

  test("one that ends within a second has not started; the others go on", async () => {
    await using dev = await repositories(three);
    const watch = dev.run("watch");
    const [auth, user] = await dev.programs(...three);
    await user.print("looking around\nno index here\n");
    await user.exit(3);
    await watch.says(/Press Ctrl-C/);
    expect(auth.isAlive()).toBe(true);
    watch.interrupt();
    const { exitCode, stdout } = await watch;
    expect(exitCode).toBe(2);
    expect(stdout).toContain(
      [
        "[backend/user] Failed to start watch: no index here",
        "  hint: Its output is in logs/watch/backend/user.log.",
        "  hint: To try it by itself: cd backend/user && ",
      ].join("\n"),
    );
    expect(stdout).toMatch(/^Watch running in 2 of 3 repositories\.\nPress Ctrl-C to stop all watchers\.\.\.$/m);
    expect(stdout).not.toMatch(/^\[backend\/user\] Watch /m);
    expect(stdout).toMatch(/^\[web\] Watch terminated$/m);
    expect(stdout).toMatch(/^Of 3 watch processes 2 ran until the end\.$/m);
    expect(dev.read("logs/watch/backend/user.log")).toBe("looking around\nno index here\n");
  });

  test("none starts: it says so, and ends", async () => {
    await using dev = await repositories(three, { argv: ["sh", "-c", "echo {name}: broken >&2; exit 1"] });
    const { exitCode, stdout } = await dev.run("watch");
    expect(exitCode).toBe(1);
    for (const name of three) expect(stdout).toContain(`[${name}] Failed to start watch: ${name}: broken\n`);
    expect(linesOf(stdout).at(-1)).toBe("Failed to start any watch processes");
  });

  test("a program that is not there, and one that says nothing", async () => {
    await using missing = await repositories(["a"], { argv: ["no-such-watcher"] });
    expect((await missing.run("watch")).stdout).toContain(
      "[a] Failed to start watch: Command not found: no-such-watcher\n",
    );
    await using silent = await repositories(["a"], { argv: ["sh", "-c", "exit 4"] });
    expect((await silent.run("watch")).stdout).toContain(
      "[a] Failed to start watch: it ended at once (exit code: 4)\n",
    );
  });

  test("a repository that is not there fails, the others go on", async () => {
    await using dev = await repositories(["a"], {
      workspace: ["repositories: { scan: { depth: 1 }, list: [{ name: lost, path: nowhere }] }"],
    });
    const watch = dev.run("watch");
    await watch.says(/Watch running in 1 of 2 repositories\./);
    expect(watch.printed().stdout).toContain(
      `[lost] Failed to start watch: Cannot access repository ${dev.path("nowhere")}`,
    );
    watch.interrupt();
    expect((await watch).exitCode).toBe(2);
  });

  test("a name that would steer the terminal is shown written out", async () => {
    await using dev = await repositories(["bad\u001B[2Jname"], { argv: ["sh", "-c", "echo hello; exec sleep 60"] });
    const watch = dev.run("watch");
    await watch.says(/Press Ctrl-C/);
    watch.interrupt();
    const { stdout } = await watch;
    expect(stdout).not.toContain("\u001B");
    expect(stdout).toContain(String.raw`[bad\x1b[2Jname] hello`);
    expect(dev.has("logs/watch/bad%1B[2Jname.log")).toBe(true);
  });

  test("selection, arguments and ad hoc programs", async () => {
    await using dev = await repositories(three);
    const some = dev.run("watch", "-r", "backend/*", "-x", "backend/user", "watch", "--", "--fast");
    const auth = await dev.program("backend/auth");
    expect(auth.argv.at(-1)).toBe("--fast");
    await some.says(/Starting watch mode for 1 repository\.\.\./);
    some.interrupt();
    await some;
    const adHoc = dev.run("watch", "-r", "web", "--", ...programArgv("by-hand"));
    expect((await dev.program("by-hand")).cwd).toBe(dev.path("web"));
    adHoc.interrupt();
    expect((await adHoc).exitCode).toBe(0);
  });

  test("mistakes are told before anything is begun", async () => {
    await using dev = await repositories(three);
    await expect(dev.run("watch", "-r", "wbe")).resolves.toMatchObject({ exitCode: 64, stdout: "" });
    await expect(dev.run("watch", "-x", "**")).resolves.toMatchObject({ exitCode: 64 });
    await expect(dev.run("watch", "-x", "**", "--allow-empty")).resolves.toMatchObject({ exitCode: 0, stdout: "" });
    await expect(dev.run("watch", "wach")).resolves.toMatchObject({
      exitCode: 78,
      stderr: expect.stringMatching(/^error\[COMMAND_UNDECLARED\]: .*\nhint: Did you mean "watch"\?$/m),
    });
    expect(dev.started()).toEqual([]);
  });
});

describe("a death", () => {
  test("is told with its code and its last five lines; the others go on", async () => {
    await using dev = await repositories(three);
    const watch = dev.run("watch");
    const [, user, web] = await dev.programs(...three);
    await watch.says(/Press Ctrl-C/);
    await user.print("1\n2\n3\n4\n\n5\n\u001B[31m6\u001B[0m without an end");
    await user.exit(7);
    await watch.says(/Watch process failures detected:[^]*without an end/);
    expect(watch.printed().stdout).toContain(
      "Watch process failures detected:\n  backend/user (exit code: 7)\n    2\n    3\n    4\n    5\n    6 without an end\n",
    );
    expect(web.isAlive()).toBe(true);
    watch.interrupt();
    const { exitCode, stdout } = await watch;
    expect(exitCode).toBe(2);
    expect(stdout).not.toMatch(/^\[backend\/user\] Watch terminated/m);
  });

  test("of all of them ends it", async () => {
    await using dev = await repositories(["a", "b"]);
    const watch = dev.run("watch");
    const [a, b] = await dev.programs("a", "b");
    await watch.says(/Press Ctrl-C/);
    await a.die("SIGKILL");
    await watch.says(/^ {2}a \(exit code: 137, SIGKILL\)$/m);
    await b.exit(0);
    const { exitCode, stdout } = await watch;
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^ {2}b \(exit code: 0\)$/m);
    expect(linesOf(stdout).at(-1)).toBe("All watch processes have ended.");
  });

  test("restarted on failure: at once, then after a while, and not for ever", async () => {
    await using dev = await repositories(["a"], { keys: ", restart: on-failure, max_restarts: 2" });
    const watch = dev.run("watch");
    const first = await dev.program("a");
    await watch.says(/Press Ctrl-C/);
    await first.exit(1);
    const second = await dev.program("a", { run: 2 });
    await watch.says(/^\[a\] Watch restarted \(1 in a row\)$/m);
    await second.exit(1);
    const third = await dev.program("a", { run: 3 });
    await watch.says(/^\[a\] Watch restarted \(2 in a row\)$/m);
    await third.exit(1);
    const { exitCode, stdout } = await watch;
    expect(exitCode).toBe(2);
    expect([...stdout.matchAll(/^ {2}a \(exit code: 1\)(.*)$/gm)].map(([, after]) => after)).toEqual([
      ": restarting now",
      ": restarting in 0.50 s",
      "",
    ]);
    expect(third.startedAt - second.endingAt).toBeGreaterThan(500);
  });

  test("restarted and alive: Ctrl-C finds all well", async () => {
    await using dev = await repositories(["a"], { keys: ", restart: on-failure" });
    const watch = dev.run("watch");
    const first = await dev.program("a");
    await watch.says(/Press Ctrl-C/);
    await first.exit(1);
    await dev.program("a", { run: 2 });
    watch.interrupt();
    expect((await watch).exitCode).toBe(0);
  });
});

describe("the end", () => {
  test("what ignores SIGTERM is killed after its grace, with what left its session", async () => {
    await using dev = await repositories(["good", "stubborn"], { workspace: ["run: { kill_grace: 1 }"] });
    const watch = dev.run("watch");
    const [, stubborn] = await dev.programs("good", "stubborn");
    await watch.says(/Press Ctrl-C/);
    await stubborn.ignore("SIGTERM");
    const grandchild = await stubborn.spawnGrandchild({ setsid: true, ignoreTerm: true });
    watch.interrupt();
    const { exitCode, stdout } = await watch;
    expect(exitCode).toBe(0);
    expect(linesOf(stdout).slice(-2)).toEqual(["[good] Watch terminated", "[stubborn] Watch forcefully killed"]);
    expect([stubborn.isAlive(), grandchild.isAlive()]).toEqual([false, false]);
  });

  test("the second Ctrl-C kills at once", async () => {
    await using dev = await repositories(["stubborn"], { workspace: ["run: { kill_grace: 3600 }"] });
    const watch = dev.run("watch");
    const stubborn = await dev.program("stubborn");
    await watch.says(/Press Ctrl-C/);
    await stubborn.ignore("SIGTERM");
    watch.interrupt();
    await stubborn.received("SIGTERM");
    watch.interrupt();
    const { exitCode, stdout } = await watch;
    expect(exitCode).toBe(0);
    expect(linesOf(stdout).slice(-2)).toEqual(["Killing what still runs.", "[stubborn] Watch forcefully killed"]);
  });

  test("npm hands one Ctrl-C on a second time: it counts once", async () => {
    await using dev = await repositories(["slow"], {
      workspace: ["run: { kill_grace: 3600 }"],
      env: { npm_lifecycle_event: "watch" },
    });
    const watch = dev.run("watch");
    const slow = await dev.program("slow");
    await watch.says(/Press Ctrl-C/);
    await slow.ignore("SIGTERM");
    watch.interrupt();
    watch.interrupt();
    await slow.received("SIGTERM");
    await slow.exit(0);
    const { exitCode, stdout } = await watch;
    expect(exitCode).toBe(0);
    expect(linesOf(stdout).slice(-2)).toEqual(["Stopping all watch processes...", "[slow] Watch terminated"]);
  });

  test("in the first second already", async () => {
    await using dev = await repositories(three);
    const watch = dev.run("watch");
    await dev.programs(...three);
    watch.interrupt();
    const { exitCode, stdout } = await watch;
    expect(exitCode).toBe(0);
    expect(stdout.match(/Watch terminated/g)).toHaveLength(3);
    expect(stdout).not.toContain("Failed to start");
  });

  test.each(["SIGTERM", "SIGHUP"] as const)("%s ends it as Ctrl-C does", async (signal) => {
    await using dev = await repositories(["a"]);
    const watch = dev.run("watch");
    await dev.program("a");
    watch.interrupt(signal);
    const { exitCode, stdout } = await watch;
    expect(exitCode).toBe(0);
    expect(stdout).toContain("[a] Watch terminated\n");
  });

  test("killed itself: the next one ends what it had left, and nothing else", async () => {
    await using dev = await repositories(["a", "b"]);
    const first = dev.run("watch");
    const [left] = await dev.programs("a", "b");
    const grandchild = await left.spawnGrandchild({ setsid: true });
    first.interrupt("SIGKILL");
    await first;
    expect([left.isAlive(), grandchild.isAlive()]).toEqual([true, true]);
    const next = dev.run("watch", "-r", "b");
    const b = await dev.program("b", { run: 2 });
    expect([left.isAlive(), grandchild.isAlive()]).toEqual([false, false]);
    const beside = dev.run("watch", "-r", "a");
    await dev.program("a", { run: 2 });
    expect(b.isAlive(), "of one that lives nothing is ended").toBe(true);
    next.interrupt();
    beside.interrupt();
    expect((await next).stderr).toMatch(/Ended what .* had left running in a, b\./);
    expect((await beside).stderr).toBe("");
  });
});

describe("output", () => {
  test("a reader that stops reading stops nobody: the log is whole, and what was not shown is counted", async () => {
    await using dev = await repositories(["loud"]);
    const watch = dev.shell('"$0" "$@" | { while [ ! -e read-on ]; do sleep 0.05; done; cat; }', {}, "watch");
    const loud = await dev.program("loud");
    const count = 200_000;
    await loud.writeLines(count);
    await loud.print("and on\n");
    const expected = `${Array.from({ length: count }, (_, index) => `line ${index} of loud\n`).join("")}and on\n`;
    await until(() => dev.read("logs/watch/loud.log").length >= expected.length, "all of it is in the log");
    expect(dev.read("logs/watch/loud.log")).toBe(expected);
    dev.write("read-on", "");
    await watch.says(/lines not shown/);
    const ours = dev.strays().find(({ command }) => /groundswell\.js watch/.test(command));
    if (ours) process.kill(ours.pid, "SIGINT");
    const { stdout } = await watch;
    const shown = stdout.match(/^\[loud\] line \d+ of loud$/gm)?.length ?? 0;
    const isLast = /^\[loud\] and on$/m.test(stdout) ? 1 : 0;
    const dropped = [
      ...stdout.matchAll(
        /^\[loud\] \.\.\. (\d+) lines? not shown: the reader is too slow\. All of it is in logs\/watch\/loud\.log$/gm,
      ),
    ].reduce((sum, [, lines]) => sum + Number(lines), 0);
    expect(shown + isLast + dropped).toBe(count + 1);
    expect(dropped).toBeGreaterThan(0);
  });

  test("a reader that goes away ends it, and nothing is left", async () => {
    await using dev = await repositories(["a"]);
    const watch = dev.shell('"$0" "$@" | head -n 1', {}, "watch");
    const a = await dev.program("a");
    await watch.says(/Starting watch mode/);
    await until(async () => {
      if (a.isAlive()) await a.print("news\n").catch(() => undefined);
      return !a.isAlive();
    }, "it is stopped");
    await watch;
  });

  test("stdout and stderr keep lines of their own; a new watch has a new log, a restart has not", async () => {
    await using dev = await repositories(["a"], {
      argv: ["sh", "-c", "printf 'half ' ; echo wrong >&2; sleep 0.1; echo done; exec sleep 60"],
    });
    const watch = dev.run("watch");
    await watch.says(/^\[a\] half done$/m);
    expect(watch.printed().stdout).toMatch(/^\[a\] wrong$/m);
    watch.interrupt();
    await watch;
    expect(dev.read("logs/watch/a.log")).toBe("half wrong\ndone\n");
    const again = dev.run("watch", "--", "sh", "-c", "echo other; exec sleep 60");
    await again.says(/^\[a\] other$/m);
    again.interrupt();
    await again;
    expect(dev.read("logs/watch/a.log")).toBe("other\n");
    expect(dev.read("logs/watch/a.log.1")).toBe("half wrong\ndone\n");
  });

  test("--json: events and lines for programs", async () => {
    await using dev = await repositories(["a", "b"]);
    const watch = dev.run("watch", "--json");
    const [a, b] = await dev.programs("a", "b");
    await a.print("\u001B[31mred\u001B[0m\n");
    await watch.says(/"settled"/);
    await b.print("last words\n");
    await b.exit(3);
    await watch.says(/"died"/);
    watch.interrupt();
    const { exitCode, stdout } = await watch;
    expect(exitCode).toBe(2);
    const documents: Record<string, unknown>[] = linesOf(stdout).map((line) => JSON.parse(line));
    expect(documents[0]).toMatchObject({
      schemaVersion: 1,
      type: "starting",
      repositories: [
        { name: "a", path: dev.path("a") },
        { name: "b", path: dev.path("b") },
      ],
    });
    const of = (type: string) => documents.filter((document) => document["type"] === type);
    expect(of("line").map(({ repository, line }) => [repository, line])).toEqual([
      ["a", "red"],
      ["b", "last words"],
    ]);
    expect(of("started")).toMatchObject([
      { repository: "a", pid: a.pid },
      { repository: "b", pid: b.pid },
    ]);
    expect(of("settled")).toMatchObject([{ running: 2, total: 2 }]);
    expect(of("died")).toMatchObject([
      { repository: "b", exitCode: 3, signal: null, restartMs: null, lastLines: ["last words"] },
    ]);
    expect(of("stopped")).toMatchObject([{ repository: "a", forced: false }]);
    expect(documents.at(-1)).toMatchObject({ type: "end", total: 2, started: 2, alive: 1, exitCode: 2 });
  });
});

test("more than 20: a warning with an estimate, then what was measured, and all of them run", async () => {
  const names = Array.from({ length: 21 }, (_, index) => `r${String(index).padStart(2, "0")}`);
  await using dev = await repositories(names, { argv: ["sleep", "60"] });
  const watch = dev.run("watch");
  await watch.says(/^Measured: [\d.]+ [KM]iB of memory and [\d.]+ % CPU \([\d.]+ [KM]iB and [\d.]+ % each\)$/m);
  expect(dev.strays().filter(({ command }) => command === "sleep 60")).toHaveLength(21);
  watch.interrupt();
  const { exitCode, stdout } = await watch;
  expect(exitCode).toBe(0);
  expect(linesOf(stdout).slice(0, 5)).toEqual([
    "Warning: 21 repositories exceeds recommended limit of 20",
    "Watch performance may be degraded",
    "Estimated: 1.0 GiB of memory and 42 % CPU (50.0 MiB and 2 % each)",
    "To watch fewer: -r GLOB, -g GROUP, -t 'TAG EXPRESSION', -x GLOB, --dirty, --branch NAME, --changed-since REF, --repos-from FILE",
    "Starting watch mode for 21 repositories...",
  ]);
  expect(stdout.match(/Watch terminated/g)).toHaveLength(21);
});

test("what is typed where there is no terminal is nobody's key", async () => {
  await using dev = await repositories(["a"]);
  const watch = dev.spawn("watch");
  const a = await dev.program("a");
  watch.type("q\nr a\n");
  await watch.says(/Press Ctrl-C to stop all watchers\.\.\.\n/);
  await a.print("still here\n");
  await watch.says(/still here/);
  watch.interrupt();
  expect((await watch).exitCode).toBe(0);
  expect(dev.runsOf("a")).toHaveLength(1);
});

requires("tmux")("in a real terminal", () => {
  test("r NAME begins one anew, s shows what each uses, q stops; then the terminal is sane", async () => {
    await using dev = await repositories(["backend/auth", "web"]);
    const tty = await terminal(dev, "watch");
    const [auth, web] = await dev.programs("backend/auth", "web");
    await tty.shows(/Press Ctrl-C to stop all watchers\.\.\. \(r: restart, s: memory and CPU, q: stop\)/);
    await tty.press("s");
    await tty.shows(
      /REPOSITORY +PID +PROCESSES +MEMORY +CPU\nbackend\/auth +\d+ +1 +[\d.]+ MiB +[\d.]+ %\nweb +\d+ +1 .*\n2 watch processes of 2 .* MiB/,
    );
    await tty.press("r");
    await tty.press("-l 'backend/aut'");
    await tty.shows(/restart which repository\? backend\/aut$/m);
    await web.print("news while typing\n");
    await tty.shows(/\[web\] news while typing\s+restart which repository\? backend\/aut$/m);
    await tty.press("Tab");
    await tty.shows(/restart which repository\? backend\/auth$/m);
    await tty.press("Enter");
    await dev.program("backend/auth", { run: 2 });
    await tty.shows(/\[backend\/auth\] Restarting\.\.\.\n\[backend\/auth\] Watch restarted/);
    expect([auth.isAlive(), web.isAlive()]).toEqual([false, true]);
    await tty.press("-l 'r wbe'");
    await tty.press("Enter");
    await tty.shows(/No watch process is named "wbe"\. Did you mean "web"\?/);
    await tty.press("r");
    await tty.press("Escape");
    await tty.press("q");
    await tty.shows(/\[web\] Watch terminated[^]*it ended with 0/);
    expect(await tty.screen()).not.toMatch(/failures detected|restart which/);
    await tty.press("still-sane");
    await tty.shows(/still-sane/);
    await tty.close();
  });

  test("a dead one is begun again by r", async () => {
    await using dev = await repositories(["a", "b"]);
    const tty = await terminal(dev, "watch");
    const [a] = await dev.programs("a", "b");
    await tty.shows(/Press Ctrl-C/);
    await a.exit(9);
    await tty.shows(/ {2}a \(exit code: 9\)/);
    await tty.press("-l 'r a'");
    await tty.press("Enter");
    await dev.program("a", { run: 2 });
    await tty.shows(/\[a\] Watch restarted/);
    await tty.press("C-c");
    await tty.shows(/\[a\] Watch terminated[^]*it ended with 0/);
    await tty.press("still-sane");
    await tty.shows(/still-sane/);
    await tty.close();
  });

  test("Ctrl-Z gives the terminal to the shell; going on, keys are heard again", async () => {
    await using dev = await repositories(["a"]);
    const tty = await terminal(dev, "watch");
    await dev.program("a");
    await tty.shows(/Press Ctrl-C/);
    const { pid } = await until(
      () =>
        dev
          .strays()
          .find(({ command }) => command.startsWith(process.execPath) && command.endsWith("groundswell.js watch")),
      "it runs",
    );
    // Only the watch: the shell around it is no interactive one and would not come back.
    process.kill(pid, "SIGTSTP");
    await until(() => look(pid)?.state === "T", "it is stopped");
    await tty.press("typed-meanwhile Enter");
    await tty.shows(/typed-meanwhile/);
    process.kill(pid, "SIGCONT");
    await tty.press("r");
    await tty.shows(/restart which repository\?\s*$/m);
    await tty.press("Escape");
    await tty.press("q");
    await tty.shows(/\[a\] Watch terminated[^]*it ended with 0/);
    await tty.close();
  });

  test("a terminal that is closed ends it, and nothing is left", async () => {
    await using dev = await repositories(["a"]);
    const tty = await terminal(dev, "watch");
    const a = await dev.program("a");
    await tty.shows(/Press Ctrl-C/);
    await tty.close();
    await a.ended();
    await dev.nothingIsLeft();
  });
});

test("twenty idle watchers: our process sleeps", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `r${index}`);
  await using dev = await repositories(names, { argv: ["sleep", "600"] });
  const watch = dev.run("watch");
  await watch.says(/Press Ctrl-C/);
  const switches = (): number => {
    const file = `/proc/${watch.pid}/status`;
    if (!existsSync(file)) return Number.NaN;
    return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(file, "utf8"))?.[1]);
  };
  // What was begun has to come to rest: a stretch in which nothing happened at all.
  let before = switches();
  await until(async () => {
    const last = before;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    before = switches();
    return before - last <= 2;
  }, "a second without work");
  watch.interrupt();
  expect((await watch).exitCode).toBe(0);
});

test("a stray of another kind is left alone", async () => {
  await using dev = await repositories(["a"]);
  const watch = dev.run("watch");
  const a = await dev.program("a");
  const other = await a.spawnGrandchild({ setsid: true, wipeEnvironment: true, orphan: true });
  watch.interrupt();
  await watch;
  expect(other.isAlive()).toBe(true);
  killForSure(other);
  await other.ended();
});
