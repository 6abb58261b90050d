import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Census, isAlive, killForSure, look } from "../support/processes.ts";
import { healthy, programArgv } from "../support/program.ts";
import { repositoryWorkspace, rowsOf, totalsOf } from "../support/repository-workspace.ts";
import type { RunningCommand } from "../support/running-command.ts";
import type { SteeredProgram } from "../support/steered-program.ts";
import { until } from "../support/until.ts";
import type { Workspace } from "../support/workspace.ts";

/** SIGKILL for the runner itself; its commands have groups of their own. */
async function killRunner(dev: Workspace, run: RunningCommand): Promise<void> {
  const runner = look(run.pid);
  if (runner === null) throw new Error("the runner is not there");
  killForSure(runner);
  await run;
  expect(isAlive(runner), dev.story()).toBe(false);
}

const pidsOf = (census: readonly Census[]) => census.map(({ pid }) => pid).toSorted((a, b) => a - b);
const pids = (...programs: readonly SteeredProgram[]) => pidsOf(programs);
const alive = (dev: Workspace) => pidsOf(dev.census());

describe("--timeout", () => {
  test("ends a tree with all of it, what left the session and ignores SIGTERM too; says when, and its last 20 lines; others go on", async () => {
    await using dev = await repositoryWorkspace(["a", "b"], "  run: { kill_grace: 0.2 }\n");
    // Shells, since they are quick: all of this must stand when the time is up.
    const stubborn = `trap '' TERM; echo $$ >>${dev.path("pids")}; while :; do sleep 1000; done`;
    const tree = `echo $$ >>${dev.path("pids")}; setsid sh -c "${stubborn.replaceAll("$", "\\$")}" & sh -c "${stubborn.replaceAll("$", "\\$")}" & seq 30; wait`;
    const run = await dev.run("run", "--timeout", "2.5", "--json", "--", "sh", "-c", `[ {name} = b ] || { ${tree}; }`);
    const started = dev.read("pids").trim().split("\n").map(Number);
    expect(started).toHaveLength(3);
    expect(started.filter((pid) => look(pid) !== null)).toEqual([]);
    expect(run.exitCode).toBe(2);
    expect(rowsOf(run).get("b")).toMatchObject({ status: "ok" });
    expect(rowsOf(run).get("a")).toMatchObject({
      status: "timed-out",
      exitCode: null,
      message: "Command timed out after 2.5 s",
      stdout: Array.from({ length: 30 }, (_, at) => `${at + 1}\n`).join(""),
    });
    const last = Array.from({ length: 20 }, (_, at) => `    | ${at + 11}\n`).join("");
    expect(run.stderr).toContain(`\n${last}1 ok, 1 timed out of 2 in `);
    expect(run.stderr).toMatch(/^✗ a: Command timed out after 2.5 s \(/m);
    await dev.nothingIsLeft();
  });

  test("that passed while the runner was suspended counts only where the command had not ended", async () => {
    await using dev = await repositoryWorkspace(["a", "b"]);
    const run = dev.run("run", "--timeout", "3", "--json", "--", ...programArgv("{name}"));
    const [a] = await dev.programs("a", "b");
    const isLate = Date.now() + 3_000;
    process.kill(run.pid, "SIGSTOP");
    await a.exit(0);
    await until(() => Date.now() > isLate, "the time is up");
    process.kill(run.pid, "SIGCONT");
    const rows = rowsOf(await run);
    expect(rows.get("a")).toMatchObject({ status: "ok" });
    expect(rows.get("b")).toMatchObject({ status: "timed-out" });
  });
});

describe("what a command that has ended leaves running", () => {
  test.each(["grouped", "stream"])("is left alone, by the next run too (-o %s)", async (mode) => {
    await using dev = await repositoryWorkspace(["a"]);
    const run = dev.run("run", "-o", mode, "--", ...programArgv("{name}"));
    const a = await dev.program("a");
    const daemon = await a.spawnGrandchild({ setsid: true });
    await a.print("begun\n");
    await a.exit(0);
    expect(await run).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("begun") });
    expect(await dev.run("run", "--", "true")).toMatchObject({
      exitCode: 0,
      stderr: expect.not.stringMatching(/Ended/),
    });
    expect(alive(dev)).toEqual(pids(daemon));
    await daemon.exit(0);
  });

  test.each(["grouped", "stream"])("does not hold the run, though it goes on writing (-o %s)", async (mode) => {
    await using dev = await repositoryWorkspace(["a"]);
    const chatty = `echo $$ >${dev.path("pid")}; while :; do echo more || exit; sleep 0.05; done`;
    const end = await dev.run("run", "-o", mode, "--", "sh", "-c", `sh -c '${chatty}' & echo begun`);
    expect(end).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("begun") });
    const pid = Number(await until(() => dev.has("pid") && dev.read("pid").trim(), "it has said its pid"));
    // With pipes, it ends when nobody reads them any more.
    if (mode === "grouped") killForSure(look(pid) ?? { pid, startTime: "" });
    await dev.nothingIsLeft();
  });
});

describe("the runner is killed (kill -9)", () => {
  test("the next run ends what it left, and says so; nobody else's, and nobody else ends its", async () => {
    await using dev = await repositoryWorkspace(["a", "b", "c"], "", { services: `{ db: ${healthy("db")} }` });
    const killed = dev.run("run", "-r", "a", "-r", "b", "--", ...programArgv("{name}", "--ignore", "SIGTERM"));
    const [a, b] = await dev.programs("a", "b");
    const gone = await a.spawnGrandchild({ setsid: true, ignoreTerm: true, orphan: true });
    const daemon = await b.spawnGrandchild({ setsid: true });
    // b comes to its end: what it leaves is meant.
    await b.exit(0);
    const other = dev.run("run", "-r", "c", "--", ...programArgv("{name}"));
    const c = await dev.program("c");
    await until(() => journalOf(dev, killed).includes('"ended"'), "it is on record that b has ended");
    await killRunner(dev, killed);
    expect(alive(dev)).toEqual(pids(a, gone, daemon, c));

    // Services do not concern themselves with commands.
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const db = await dev.program("db");
    expect(alive(dev)).toEqual(pids(db, a, gone, daemon, c));

    const next = await dev.run("run", "--", "true");
    expect(next.exitCode).toBe(0);
    expect(next.stderr).toMatch(/^note: Ended what an earlier run that was killed had left running in a\.$/m);
    expect(alive(dev)).toEqual(pids(db, daemon, c));
    expect(await dev.run("run", "--", "true")).toMatchObject({ stderr: expect.not.stringMatching(/Ended/) });

    expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
    expect(alive(dev)).toEqual(pids(daemon, c));
    await c.exit(0);
    expect(await other).toMatchObject({ exitCode: 0 });
    await daemon.exit(0);
  });

  test("killed before its command has come to anything, twice over: nothing is left", async () => {
    await using dev = await repositoryWorkspace(["a"]);
    for (const round of [1, 2]) {
      const run = dev.run("run", "--", ...programArgv("{name}"));
      await dev.program("a", { run: round });
      await killRunner(dev, run);
    }
    expect(alive(dev)).toHaveLength(1);
    const next = await dev.run("run", "--", "true");
    expect(next.stderr).toMatch(/had left running in a\.$/m);
    await dev.nothingIsLeft();
  });
});

function journalOf(dev: Workspace, run: RunningCommand): string {
  const startTime = look(run.pid)?.startTime ?? "";
  return readFileSync(dev.path(".groundswell/runs", `${run.pid}-${startTime}.ndjson`), "utf8");
}

describe("signals", () => {
  test.each([["SIGINT"], ["SIGTERM"], ["SIGHUP"]] as const)(
    "%s: what runs is asked to end, the rest skipped, nothing is left",
    async (signal) => {
      await using dev = await repositoryWorkspace(["a", "b", "c"]);
      const run = dev.run("run", "-j", "2", "--order", "config", "--json", "--", ...programArgv("{name}"));
      const [a] = await dev.programs("a", "b");
      await a.spawnGrandchild({ setsid: true });
      run.interrupt(signal);
      const end = await run;
      expect(end).toMatchObject({ exitCode: null, signal });
      expect(alive(dev)).toEqual([]);
      expect([...rowsOf(end).values()].map(({ status, message }) => [status, message])).toEqual([
        ["failed", "interrupted"],
        ["failed", "interrupted"],
        ["skipped", "skipped: interrupted"],
      ]);
      expect(end.stderr).toMatch(/^Stopping 2 commands\. Ctrl-C again kills at once\.$/m);
      expect(totalsOf(end)).toBe("0 ok, 2 failed, 1 skipped of 3");
      await dev.nothingIsLeft();
    },
  );

  test("Ctrl-C again: at once, whatever ignores SIGTERM; a shell sees 130", async () => {
    await using dev = await repositoryWorkspace(["a"], "  run: { kill_grace: 600 }\n");
    const run = dev.shell(
      `trap : INT; "$0" "$@"; echo "code $?"`,
      {},
      "run",
      "--",
      ...programArgv("{name}", "--ignore", "SIGTERM"),
    );
    const a = await dev.program("a");
    const child = await a.spawnGrandchild({ setsid: true, ignoreTerm: true });
    run.interrupt();
    await Promise.all([a.received("SIGTERM"), child.received("SIGTERM")]);
    run.interrupt();
    expect((await run).stdout).toContain("code 130\n");
    expect(alive(dev)).toEqual([]);
  });

  test("SIGTERM: a shell sees 143; retries are not tried any more", async () => {
    await using dev = await repositoryWorkspace(["a"]);
    const run = dev.shell(
      `trap : TERM; "$0" "$@" & wait; wait $!; echo "code $?"`,
      {},
      "run",
      "--retries",
      "3",
      "--",
      ...programArgv("{name}"),
    );
    await dev.program("a");
    run.interrupt("SIGTERM");
    expect((await run).stdout).toContain("code 143\n");
    expect(dev.started()).toHaveLength(1);
  });

  test("nobody reads any more (| head -1): the run goes on to its end, with its own exit code", async () => {
    await using dev = await repositoryWorkspace(["a", "b", "c"]);
    const script = `{ "$0" "$@"; echo "code $?" >&2; } | head -1`;
    const end = await dev.shell(
      script,
      {},
      "run",
      "-j",
      "1",
      "-o",
      "stream",
      "--",
      "sh",
      "-c",
      `seq 100000; echo {name} >>${dev.path("ran")}; [ {name} != c ]`,
    );
    expect(end.stdout).toBe("a | 1\n");
    expect(end.stderr).toMatch(/^2 ok, 1 failed of 3 in [^]*^code 2$/m);
    expect(dev.read("ran")).toBe("a\nb\nc\n");
    expect(end.stderr).not.toMatch(/EPIPE|\.ts:/);
  });
});

test("no secret of the environment is in a process list, a log or a record", async () => {
  await using dev = await repositoryWorkspace(
    ["a"],
    "  commands: { go: { argv: [env, '{args}'], env: { TOKEN: hush-hush } } }\n",
    {
      env: { OTHER_TOKEN: "hush-hush" },
    },
  );
  const run = dev.run(
    "run",
    "--joblog",
    "log",
    "--report",
    "json:r.json",
    "--report",
    "junit:r.xml",
    "go",
    "--",
    ...programArgv("a"),
  );
  const a = await dev.program("a");
  expect(a.env).toMatchObject({ TOKEN: "hush-hush", OTHER_TOKEN: "hush-hush" });
  const shown = [run.pid, a.pid].map((pid) => readFileSync(`/proc/${pid}/cmdline`, "latin1")).join("");
  const records = [journalOf(dev, run)];
  await a.exit(1);
  const { stderr, stdout } = await run;
  const written = ["log", "r.json", "r.xml", ".groundswell/runs/last.json"].map((file) => dev.read(file));
  for (const text of [shown, stderr, stdout, ...records, ...written]) expect(text).not.toContain("hush");
});
