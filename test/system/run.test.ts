import { mkdirSync, renameSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { programArgv } from "../support/program.ts";
import { repositoryWorkspace, rowsOf, totalsOf } from "../support/repository-workspace.ts";
import type { SteeredProgram } from "../support/steered-program.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

/** A command that is ok only in the repositories named. */
const okIn = (...names: readonly string[]) => ["sh", "-c", `case {name} in ${names.join("|")}) ;; *) exit 3 ;; esac`];

/** The most that ran at a time, by the programs' own stamps. */
function mostAtOnce(programs: readonly SteeredProgram[]): number {
  return Math.max(
    ...programs.map(
      ({ startedAt }) => programs.filter((one) => one.startedAt <= startedAt && startedAt < one.endingAt).length,
    ),
  );
}

/** Ends what runs, one after the other, until so many have run. */
async function endEach(dev: Workspace, count: number): Promise<readonly SteeredProgram[]> {
  for (let at = 0; at < count; at += 1) {
    await dev.nthProgram(at);
    await dev.started()[at]?.exit(0);
  }
  return dev.started();
}

describe("exit codes", () => {
  const declared = "  commands: { watch: { argv: [sleep, '9'] }, broken: { argv: [./none] } }\n";
  test.each([
    [["--", ...okIn("a", "b", "c")], 0, /^3 ok of 3 in /m],
    [["--", ...okIn("b")], 2, /^1 ok, 2 failed of 3 in /m],
    [["--", ...okIn("none")], 1, /^0 ok, 3 failed of 3 in /m],
    [["broken"], 1, /command not found: \.\/none/],
    [["-x", "*", "--allow-empty", "--", "false"], 0, /^0 ok of 0 in /m],
    [["-x", "*", "--", "true"], 64, /SELECTION_EMPTY/],
    [["-r", "d", "--", "true"], 64, /REPOSITORY_UNKNOWN/],
    [[], 64, /USAGE.*There is no command to run/],
    [["--shell", "--", ""], 64, /USAGE.*There is no command to run/],
    [["-j", "0", "--", "true"], 64, /-j must be a whole number, more than zero/],
    [["-j", "-1", "--", "true"], 64, /USAGE/],
    [["--timeout", "0", "--", "true"], 64, /--timeout must be a number of seconds, more than zero/],
    [["--retries", "-1", "--", "true"], 64, /USAGE/],
    [["--retries", "1.5", "--", "true"], 64, /--retries must be a whole number/],
    [["--fail-fast=0", "--", "true"], 64, /--fail-fast must be a whole number, more than zero/],
    [["-o", "loud", "--", "true"], 64, /USAGE/],
    [["--report", "xml:f", "--", "true"], 64, /--report must be json:FILE or junit:FILE/],
    [["--shell", "watch"], 64, /--shell is for a command behind --/],
    [["watch"], 64, /it goes on for ever[^]*Use: groundswell watch\./],
    [["wacth"], 78, /COMMAND_UNDECLARED[^]*Did you mean "watch"/],
    [["--timeout", "9999999", "--", "true"], 0, /^3 ok of 3 in /m],
  ] as const)("run %j: %i", async (args, exitCode, says) => {
    await using dev = await repositoryWorkspace(["a", "b", "c"], declared);
    const end = await dev.run("run", ...args);
    expect(end.stderr).toMatch(says);
    expect(end).toMatchObject({ exitCode, stdout: exitCode === 1 || exitCode === 2 ? expect.anything() : "" });
  });
});

describe("how many at a time", () => {
  const six = ["a", "b", "c", "d", "e", "f"];

  test("-j 3: exactly three", async () => {
    await using dev = await repositoryWorkspace(six);
    const run = dev.run("run", "-j", "3", "--", ...programArgv("{name}"));
    await dev.nthProgram(2);
    expect(mostAtOnce(await endEach(dev, 6))).toBe(3);
    expect(await run).toMatchObject({ exitCode: 0 });
  });

  test("ten, when nothing is said; each one that ends makes room for the next", async () => {
    await using dev = await repositoryWorkspace(Array.from({ length: 12 }, (_, at) => `r${at}`));
    const run = dev.run("run", "--", ...programArgv("{name}"));
    await dev.nthProgram(9);
    expect(mostAtOnce(await endEach(dev, 12))).toBe(10);
    expect(await run).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ["ENABLE_PARALLEL_OPERATIONS=false", { ENABLE_PARALLEL_OPERATIONS: "false" }, "", ["--"], 1],
    ["-j overrules that", { ENABLE_PARALLEL_OPERATIONS: "false" }, "", ["-j", "2", "--"], 2],
    ["run: jobs", {}, "  run: { jobs: 2 }\n", ["--"], 2],
  ] as const)("%s", async (_, env, yaml, args, most) => {
    await using dev = await repositoryWorkspace(["a", "b", "c"], yaml);
    const run = dev.runWith(env, "run", ...args, ...programArgv("{name}"));
    await dev.nthProgram(most - 1);
    expect(mostAtOnce(await endEach(dev, 3))).toBe(most);
    expect(await run).toMatchObject({ exitCode: 0 });
  });
});

describe("one by one", () => {
  const argv = JSON.stringify([...programArgv("{name}")]);
  const yaml = `  commands: { start: { argv: ${argv} }, stop: { argv: ${argv} } }\n`;
  const names = (dev: Workspace) => dev.started().map(({ name }) => name);

  test("start: in the order of the list, and none after a failure", async () => {
    const list = "  list: [{ path: b }, { path: c }, { path: a }, { path: d }]\n";
    await using dev = await repositoryWorkspace(["a", "b", "c", "d"], yaml);
    dev.write("services.yaml", dev.read("services.yaml").replace("{ scan: { depth: 3 } }", `\n  ${list}`));
    const run = dev.run("run", "start");
    await (await dev.program("b")).exit(0);
    await (await dev.program("c")).exit(4);
    const end = await run;
    expect(names(dev)).toEqual(["b", "c"]);
    expect(mostAtOnce(dev.started())).toBe(1);
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toMatch(/^– a, d: skipped: an earlier one failed$/m);
    expect(totalsOf(end)).toBe("1 ok, 1 failed, 2 skipped of 4");
  });

  test.each([
    ["stop goes on by itself", ["stop"]],
    ["start with --keep-going", ["start", "--keep-going"]],
  ])("%s", async (_, args) => {
    await using dev = await repositoryWorkspace(["a", "b", "c"], yaml);
    const run = dev.run("run", ...args);
    for (const [name, code] of [
      ["a", 1],
      ["b", 0],
      ["c", 1],
    ] as const)
      await (await dev.program(name)).exit(code);
    const end = await run;
    expect(mostAtOnce(dev.started())).toBe(1);
    expect(end.exitCode).toBe(2);
    expect(totalsOf(end)).toBe("1 ok, 2 failed of 3");
  });
});

describe("failures", () => {
  test("--fail-fast: what runs goes on, nothing more is begun", async () => {
    await using dev = await repositoryWorkspace(["a", "b", "c", "d"]);
    const run = dev.run("run", "-j", "2", "--fail-fast", "-o", "stream", "--", ...programArgv("{name}"));
    const [a, b] = await dev.programs("a", "b");
    await a.exit(1);
    await run.says(/ERROR in a: exited with code 1/);
    await b.exit(0);
    const end = await run;
    expect(dev.started()).toHaveLength(2);
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toMatch(/^– c, d: skipped: too many failed$/m);
    expect(totalsOf(end)).toBe("1 ok, 1 failed, 2 skipped of 4");
  });

  test("--fail-fast=2; without it, on to the end", async () => {
    await using dev = await repositoryWorkspace(["a", "b", "c", "d"]);
    const [two, all] = await Promise.all([
      dev.run("run", "-j", "1", "--fail-fast=2", "--", ...okIn("b")),
      dev.run("run", "-j", "1", "--", ...okIn("b")),
    ]);
    expect([totalsOf(two), totalsOf(all)]).toEqual(["1 ok, 2 failed, 1 skipped of 4", "1 ok, 3 failed of 4"]);
  });

  test("--retries: tried again where it failed, so often and no more, and that is told", async () => {
    await using dev = await repositoryWorkspace(["a", "b"]);
    const run = dev.run("run", "--retries", "2", "--json", "--", ...programArgv("{name}"));
    for (const [name, codes] of [
      ["a", [1, 1, 0]],
      ["b", [1, 2, 3]],
    ] as const) {
      for (const [at, code] of codes.entries()) await (await dev.program(name, { run: at + 1 })).exit(code);
    }
    const end = await run;
    expect(rowsOf(end).get("a")).toMatchObject({ status: "ok", exitCode: 0, attempts: 3 });
    expect(rowsOf(end).get("b")).toMatchObject({ status: "failed", exitCode: 3, attempts: 3 });
    expect(end.stderr).toMatch(/^a: exited with code 1; trying again \(attempt 3\)$/m);
    expect(end.stderr).toMatch(/^✗ b: exited with code 3 \(.*, attempt 3\)$/m);
    expect(dev.started()).toHaveLength(6);
  });

  test("a program that is there in some only, or may not be executed", async () => {
    const files = { "a/tool": "#!/bin/sh\n", "b/tool": "#!/bin/sh\n" };
    await using dev = await repositoryWorkspace(["a", "b", "c"], "", { files });
    await dev.run("run", "-r", "a", "--", "chmod", "+x", "tool");
    const end = await dev.run("run", "--retries", "5", "--json", "--", "./tool");
    expect(end.exitCode).toBe(2);
    const told = [...rowsOf(end).values()].map(({ name, status, message, attempts }) => [
      name,
      status,
      message,
      attempts,
    ]);
    expect(told.toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
      ["a", "ok", undefined, 1],
      ["b", "failed", "command may not be executed: ./tool", 1],
      ["c", "failed", "command not found: ./tool, or the interpreter that its first line names", 1],
    ]);
  });
});

describe("repositories that are not what they were", () => {
  test("listed, and missing, or none: they fail, the others go on", async () => {
    await using dev = await workspace(
      "services: {}\nworkspace: { repositories: { list: [{ path: a }, { path: gone }, { path: plain }, { path: file }] } }\n",
      { files: { "a/.git/HEAD": "", "plain/x": "", file: "" } },
    );
    const end = await dev.run("run", "--", "echo", "there");
    expect(end.exitCode).toBe(2);
    expect(end.stdout).toContain("\na:\nthere\n");
    for (const [name, why] of [
      ["gone", "there is no such folder"],
      ["plain", "it is no repository: it has neither .git nor .jj"],
      ["file", "it is no folder"],
    ]) {
      const words = `${name}: Cannot access repository ${dev.path(name ?? "")}: ${why}\n`;
      expect(end.stderr).toContain(`✗ ${words}`);
      expect(end.stdout).toContain(`ERROR in ${words}`);
    }
    expect(totalsOf(end)).toBe("1 ok, 3 failed of 4");
  });

  test.each([
    ["it vanishes", "rm -r ../b", "there is no such folder"],
    ["another takes its place", "mv ../b ../old && mkdir ../b", "another folder stands in its place"],
    [
      "a link out of the workspace takes its place",
      "mv ../b ../old && ln -s / ../b",
      "another folder stands in its place",
    ],
    [
      "a link to where it went takes its place",
      "mv ../b ../old && ln -s old ../b",
      "another folder stands in its place",
    ],
  ])("%s while others are at work: nothing is run there", async (_, change, why) => {
    await using dev = await repositoryWorkspace(["a", "b", "c"]);
    const end = await dev.run(
      "run",
      "-j",
      "1",
      "--",
      "sh",
      "-c",
      `echo {name} >>${dev.path("ran")}; if [ {name} = a ]; then ${change}; fi`,
    );
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain(`✗ b: Cannot access repository ${dev.path("b")}: ${why}`);
    expect(dev.read("ran")).toBe("a\nc\n");
  });

  test.each([
    ["..", "list: [{ path: a }, { path: ../outside }]"],
    ["a link", "list: [{ path: a }, { path: link }]"],
    ["an absolute path", "list: [{ path: a }, { path: /tmp }]"],
  ])("%s that leads out of the root: refused, nothing is run", async (_, list) => {
    await using dev = await workspace(`services: {}\nworkspace: { repositories: { ${list} } }\n`, {
      files: { "a/.git/HEAD": "" },
    });
    mkdirSync(dev.path("../outside/.git"), { recursive: true });
    symlinkSync("../outside", dev.path("link"));
    const end = await dev.run("run", "--", "touch", "ran");
    expect(end.stderr).toMatch(/PATH_ESCAPE/);
    expect(end.exitCode).toBe(78);
    expect(dev.has("a/ran")).toBe(false);
  });

  test("a scan does not follow a link out of the root", async () => {
    await using dev = await repositoryWorkspace(["a"]);
    mkdirSync(dev.path("../outside/.git"), { recursive: true });
    symlinkSync("../outside", dev.path("link"));
    expect(await dev.run("run", "--", "pwd")).toMatchObject({ exitCode: 0, stdout: `a:\n${dev.path("a")}\n` });
  });
});

describe("commands of services.yaml", () => {
  test("mode, placeholders, environment and timeout of each; nothing is split again", async () => {
    const list = "{ path: a, name: front end, env: { WHO: repository, REPO: '1' }, timeout: 1 }, { path: b }";
    const commands =
      "query: { argv: [printf, '%s|', '{name}', '{rel}', '{index}', '{args}'] }, show: { argv: [sh, -c, 'echo $WHO $REPO $OWN $GIT_TERMINAL_PROMPT $PWD; cat'], env: { WHO: command, OWN: x } }, slow: { argv: [sleep, '100'] }";
    await using dev = await workspace(
      `services: {}\nworkspace:\n  repositories: { list: [${list}] }\n  run: { kill_grace: 1 }\n  commands: { ${commands} }\n`,
      { files: { "a/.git/HEAD": "", "b/.git/HEAD": "" } },
    );
    const [query, show, slow] = await Promise.all([
      dev.run("run", "query", "--order", "config", "--json", "two words", "--", "-x", "*"),
      dev.run("run", "show", "--json"),
      dev.run("run", "slow", "-r", "front*"),
    ]);
    expect(rowsOf(query).get("front end")?.stdout).toBe("front end|a|1|two words|-x|*|");
    expect(rowsOf(query).get("b")?.stdout).toBe("b|b|2|two words|-x|*|");
    expect(rowsOf(show).get("front end")?.stdout).toBe(`repository 1 x 0 ${dev.path("a")}\n`);
    expect(rowsOf(show).get("b")?.stdout).toBe(`command x 0 ${dev.path("b")}\n`);
    expect(slow.stderr).toMatch(/^✗ front end: Command timed out after 1 s/m);
  });

  test("program: runs what is not declared, with its name and arguments", async () => {
    await using dev = await repositoryWorkspace(["a"], "  program: echo\n");
    expect(await dev.run("run", "status", "a b", "--", "-n")).toMatchObject({
      exitCode: 0,
      stdout: "a:\nstatus a b -n\n",
    });
  });

  test("NUL in argv could come from services.yaml only: it is found there, nothing is run", async () => {
    await using dev = await repositoryWorkspace(["a"], `  commands: { nul: { argv: [touch, "a\\0b"] } }\n`);
    const end = await dev.run("run", "nul");
    expect(end.exitCode).toBe(78);
    expect(end.stderr).toMatch(/VALUE_INVALID\]: workspace.commands.nul.argv\[1\] cannot hold a NUL character/);
    expect(dev.has("a/a")).toBe(false);
  });

  test("without services.yaml: what stands below the current folder", async () => {
    await using dev = await repositoryWorkspace(["x/a", "x/b", "c"]);
    renameSync(dev.path("services.yaml"), dev.path("../no.yaml"));
    const end = await dev.runIn("x", "run", "--order", "config", "--", "echo", "{rel}");
    expect(end).toMatchObject({ exitCode: 0, stdout: "a:\na\n\nb:\nb\n" });
  });
});

describe("--dry-run and --shell", () => {
  test("--dry-run says what would be run where, and runs nothing", async () => {
    await using dev = await repositoryWorkspace(["a b", "c"]);
    const end = await dev.run("run", "--dry-run", "--joblog", "log", "--report", "json:r", "--", "touch", "{name} x");
    expect(end).toMatchObject({ exitCode: 0, stdout: "cd 'a b' && touch 'a b x'\ncd c && touch 'c x'\n" });
    expect(end.stderr).toBe("Would run in 2 repositories, 2 at a time:\n");
    expect([dev.has("a b/a b x"), dev.has("log"), dev.has("r"), dev.has(".groundswell/runs")]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test("only --shell has a shell read anything", async () => {
    await using dev = await repositoryWorkspace(["$(touch hacked); a"]);
    const [argv, shell] = await Promise.all([
      dev.run("run", "--json", "--", "echo", "$HOME", "*", "{name}"),
      dev.run("run", "--json", "--shell", "--", "echo $((1 + 1)) {name} | tr a b"),
    ]);
    expect([...rowsOf(argv).values()].map(({ stdout }) => stdout)).toEqual(["$HOME * $(touch hacked); a\n"]);
    expect([...rowsOf(shell).values()].map(({ stdout }) => stdout)).toEqual(["2 $(touch hbcked); b\n"]);
    expect([dev.has("hacked"), dev.has("$(touch hacked); a/hacked")]).toEqual([false, false]);
  });
});
