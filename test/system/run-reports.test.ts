import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { programArgv } from "../support/program.ts";
import { repositoryWorkspace, rowsOf, totalsOf } from "../support/repository-workspace.ts";
import { requires } from "../support/requires.ts";
import { smallDisk } from "../support/small-disk.ts";
import { unprivileged } from "../support/unprivileged.ts";

/** Ok where there is a file of that name. */
const okWithFile = ["sh", "-c", "test -e ok"] as const;

describe("--json", () => {
  test("a line for each repository, with all that there is to know", async () => {
    await using dev = await repositoryWorkspace(["a"]);
    const { stdout } = await dev.run("run", "--json", "--", "sh", "-c", "echo out; echo err >&2; exit 3");
    const [line = "", rest] = stdout.split("\n");
    const document: Record<string, unknown> = JSON.parse(line);
    expect(rest).toBe("");
    expect(document).toEqual({
      schemaVersion: 1,
      name: "a",
      path: dev.path("a"),
      status: "failed",
      exitCode: 3,
      signal: null,
      ms: expect.any(Number),
      peakMemoryBytes: document["peakMemoryBytes"] === null ? null : expect.any(Number),
      stdout: "out\n",
      stderr: "err\n",
      argv: ["sh", "-c", "echo out; echo err >&2; exit 3"],
      attempts: 1,
      startedAt: expect.any(Number),
      reason: "exited",
      message: "exited with code 3",
    });
  });

  test.each([
    ["completion", ["c", "b", "a"]],
    ["config", ["a", "b", "c"]],
  ] as const)("--order %s, grouped and in JSON", async (order, names) => {
    await using dev = await repositoryWorkspace(["a", "b", "c"]);
    for (const [round, mode] of (["json", "grouped"] as const).entries()) {
      const run = dev.run("run", "--order", order, "-o", mode, "--", ...programArgv("{name}"));
      const programs = await Promise.all(["a", "b", "c"].map((name) => dev.program(name, { run: round + 1 })));
      // Who comes later has to be told later.
      for (const program of programs.toReversed()) {
        await program.print("hello\n");
        await program.exit(0);
        if (order === "completion")
          await run.says(
            mode === "json" ? new RegExp(`"name":"${program.name}"`) : new RegExp(`^${program.name}:$`, "m"),
          );
      }
      const end = await run;
      const told =
        mode === "json" ? [...rowsOf(end).keys()] : [...end.stdout.matchAll(/^(\w):$/gm)].map(([, name]) => name);
      expect(told).toEqual(names);
    }
  });
});

test.each([
  [
    "stream",
    /^(?:a \| of a\nb \| of b|b \| of b\na \| of a)\n$/,
    /^ERROR in b: exited with code 3\nERROR in c: exited with code 4\n✗ b:/,
  ],
  ["grouped", /^a:\nof a\n\nERROR in b: exited with code 3\nof b\n\nERROR in c: exited with code 4\n$/, /^✗ b:/],
  ["errors", /^ERROR in b: exited with code 3\nof b\n\nERROR in c: exited with code 4\n$/, /^✗ b:/],
  ["quiet", /^$/, /^✗ b:/],
])("-o %s: output on stdout, all else on stderr", async (mode, stdout, stderr) => {
  await using dev = await repositoryWorkspace(["a", "b", "c"]);
  const script = "case {name} in a) echo of a ;; b) echo of b; exit 3 ;; c) exit 4 ;; esac";
  const end = await dev.run("run", "-o", mode, "-j", "1", "--", "sh", "-c", script);
  expect(end.stdout).toMatch(stdout);
  expect(end.stderr).toMatch(stderr);
  expect(end.stderr).toMatch(/\n {4}\| of b\n✗ c: exited with code 4 [^\n]*\n[^\n]*\n1 ok, 2 failed of 3 in [^\n]*\n$/);
});

describe("--report and --joblog", () => {
  test("all of them at once: every repository is in each, with the memory it used", async () => {
    await using dev = await repositoryWorkspace(["a", "b", "c"]);
    const script = "sleep 1; case {name} in a) ;; b) echo '<&' >&2; exit 3 ;; c) kill -9 $$ ;; esac";
    const end = await dev.run(
      "run",
      "--report",
      "json:r.json",
      "--report",
      "junit:r.xml",
      "--joblog",
      "r.log",
      "--",
      "sh",
      "-c",
      script,
    );
    expect(end.exitCode).toBe(2);
    const report: { readonly repositories: readonly Record<string, unknown>[] } = JSON.parse(dev.read("r.json"));
    expect(report).toMatchObject({
      total: 3,
      ok: 1,
      failed: 2,
      exitCode: 2,
      command: expect.stringContaining("sleep 1"),
    });
    expect(report.repositories).toMatchObject([
      { name: "a", status: "ok", exitCode: 0 },
      { name: "b", status: "failed", exitCode: 3 },
      { name: "c", status: "failed", exitCode: null, signal: "SIGKILL" },
    ]);
    for (const { peakMemoryBytes } of report.repositories) expect(peakMemoryBytes).toBeGreaterThan(100_000);

    const log = dev
      .read("r.log")
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split("\t"));
    const columns = log.map(([seq, , , , , , exit, signal, command]) => [seq, exit, signal, command?.slice(0, 9)]);
    const there = (name: string) => `cd ${dev.path(name)}`.slice(0, 9);
    expect(columns.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual([
      ["1", "0", "0", there("a")],
      ["2", "3", "0", there("b")],
      ["3", "0", "9", there("c")],
    ]);
    for (const line of log) expect(Number(line[9])).toBeGreaterThan(100_000);

    const xml = dev.read("r.xml");
    expect(xml.match(/<testcase /g)).toHaveLength(3);
    expect(xml.match(/name="peakMemoryBytes"/g)).toHaveLength(3);
    expect(xml).toContain(`<failure message="exited with code 3" type="exited">&lt;&amp;</failure>`);
  });

  test.each([
    ["--report", "json:none/f"],
    ["--report", "junit:a"],
    ["--joblog", "none/f"],
    ["--joblog", "/dev/full"],
  ])("%s %s cannot be written: said before, nothing is run", async (option, value) => {
    await using dev = await repositoryWorkspace(["a"]);
    const end = await dev.run("run", option, value, "--", "touch", "ran");
    expect(end.exitCode).toBe(64);
    expect(end.stderr).toMatch(/USAGE\]: --\w+: .* cannot be written \(E\w+\); nothing was run/);
    expect([dev.has("a/ran"), dev.has(".groundswell/runs")]).toEqual([false, false]);
  });

  test("a device stays one; a report that cannot be written in the end is told, and the exit code is not 0", async () => {
    await using dev = await repositoryWorkspace(["a"]);
    expect(await dev.run("run", "--report", "json:/dev/null", "--joblog", "/dev/null", "--", "true")).toMatchObject({
      exitCode: 0,
    });
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
    const end = await dev.run("run", "--report", "json:/dev/full", "--", "true");
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toMatch(/^error: --report: \/dev\/full could not be written \(ENOSPC\)$/m);
  });
});

describe("--retry-failed", () => {
  test("only where it was not ok, with the same command or another; until all is ok", async () => {
    await using dev = await repositoryWorkspace(["a", "b", "c", "d"], "", { files: { "a/ok": "" } });
    const never = await dev.run("run", "--retry-failed");
    expect(never.exitCode).toBe(64);
    expect(never.stderr).toMatch(/No run in .* is remembered: there is nothing to retry/);

    expect(totalsOf(await dev.run("run", "-o", "quiet", "--", ...okWithFile))).toBe("1 ok, 3 failed of 4");
    dev.write("b/ok", "");
    rmSync(dev.path("d"), { recursive: true });
    const second = await dev.run("run", "--retry-failed");
    expect(totalsOf(second)).toBe("1 ok, 1 failed of 2");
    expect(second.stderr).toContain(`note: no longer there: ${dev.path("d")}\n`);
    expect(await dev.run("run", "--retry-failed", "--", "pwd")).toMatchObject({
      exitCode: 0,
      stdout: `c:\n${dev.path("c")}\n`,
    });
    const done = await dev.run("run", "--retry-failed");
    expect(done.exitCode).toBe(64);
    expect(done.stderr).toMatch(/ok in every repository: there is nothing to retry/);
  });

  test("what was skipped counts, and a shell's text is a shell's again", async () => {
    await using dev = await repositoryWorkspace(["a", "b"]);
    await dev.run("run", "-j", "1", "--fail-fast", "--shell", "--", "test -e ok && echo {name}");
    for (const name of ["a", "b"]) dev.write(`${name}/ok`, "");
    const again = await dev.run("run", "--retry-failed", "--order", "config");
    expect(again).toMatchObject({ exitCode: 0, stdout: "a:\na\n\nb:\nb\n" });
  });
});

const strange = ["-rf", "a\nb", "e\u001B[31mred", "q'uo\"te", " blanks ", "$(touch hacked)", "tab\there", "ünï\u202Ex"];

requires("bash")("names that a terminal or a shell would take for something else", () => {
  test("are shown escaped; what is shown to do it again does so when it is pasted into bash", async () => {
    await using dev = await repositoryWorkspace(strange);
    const script = `printf '%s\\0' "$PWD" "$1" >>${dev.path("seen")}; echo "$1" >&2; exit 1`;
    const end = await dev.run("run", "-o", "stream", "--joblog", "log", "--", "sh", "-c", script, "sh", "{name}");
    expect(end.exitCode).toBe(1);
    const steers = (character: string): boolean =>
      (character < " " && character !== "\n") ||
      (character >= "\u007F" && character <= "\u009F") ||
      character === "\u202E";
    expect(Array.from(end.stderr).filter(steers)).toEqual([]);
    expect(end.stdout).not.toContain("\u001B");
    expect(end.stderr).toContain(String.raw`✗ e\x1b[31mred: exited with code 1`);
    expect(end.stdout).toContain(String.raw`a\nb`);

    const seen = () => dev.read("seen").split("\0").toSorted();
    const first = seen();
    expect(first).toEqual(["", ...strange, ...strange.map((name) => dev.path(name))].toSorted());
    const typed = [...end.stderr.matchAll(/^ {4}\$ (.*)$/gm)].map(([, line = ""]) => line);
    const logged = dev
      .read("log")
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split("\t")[8] ?? "");
    for (const lines of [typed, logged]) {
      expect(lines).toHaveLength(strange.length);
      rmSync(dev.path("seen"));
      for (const line of lines) {
        execFileSync("bash", ["-c", `${line}; :`], {
          cwd: dev.root,
          env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
          stdio: "ignore",
        });
      }
      expect(seen()).toEqual(first);
    }
    expect(readdirSync(dev.root)).not.toContain("hacked");
  });
});

test.each([
  ["grouped", "a:\ndone\n\nERROR in b: exited with code 1\ndone\n"],
  ["json", /"stdout":"done\\n"[^]*"stdout":"done\\n"/],
])("somebody tidies up .groundswell meanwhile: nothing is lost (-o %s)", async (mode, shown) => {
  await using dev = await repositoryWorkspace(["a", "b"]);
  const script = "rm -rf ../.groundswell; echo done; [ {name} = a ]";
  const end = await dev.run("run", "-j", "1", "-o", mode, "--", "sh", "-c", script);
  expect(end.exitCode).toBe(2);
  expect(end.stdout).toMatch(shown);
  expect(end.stderr).toMatch(/^✗ b: exited with code 1 [^]*^ {4}\| done$/m);
  expect(await dev.run("run", "--retry-failed", "--", "pwd")).toMatchObject({
    exitCode: 0,
    stdout: `b:\n${dev.path("b")}\n`,
  });
});

requires("setpriv")("without permission", () => {
  test("a repository that may not be entered fails, others go on", async () => {
    await using dev = await repositoryWorkspace(["open", "shut"]);
    dev.write(
      "services.yaml",
      "services: {}\nworkspace: { repositories: { list: [{ path: open }, { path: shut }] } }\n",
    );
    chmodSync(dev.path("shut"), 0o000);
    const end = await dev.shell(unprivileged, {}, "run", "--", "echo", "there");
    chmodSync(dev.path("shut"), 0o755);
    const why = `Cannot access repository ${dev.path("shut")}: it may not be entered\n`;
    expect(end).toMatchObject({ exitCode: 2, stdout: `ERROR in shut: ${why}\nopen:\nthere\n` });
    expect(end.stderr).toContain(`✗ shut: ${why}`);
  });
});

requires("tmpfs")("on a full disk", () => {
  test.each(["grouped", "stream"])("nothing hangs, and it is said (-o %s)", async (mode) => {
    await using dev = await repositoryWorkspace(["a", "b"]);
    mkdirSync(dev.path(".groundswell"), { mode: 0o700 });
    using disk = smallDisk(dev.path(".groundswell"));
    disk.fill();
    const before = await dev.run("run", "--", "touch", "ran");
    expect([before.exitCode, dev.has("a/ran")]).toEqual([78, false]);
    expect(before.stderr).toMatch(/WORKSPACE_UNWRITABLE[^\n]*ENOSPC/);
    disk.clear();
    expect(await dev.run("run", "--", "true")).toMatchObject({ exitCode: 0 });
    disk.fill();
    const end = await dev.run("run", "-o", mode, "--", "sh", "-c", "echo hello; touch ran");
    expect(end.stderr).toMatch(/^warning: What runs cannot be recorded \(ENOSPC\)/m);
    expect(end.stderr).toMatch(/^warning: This run cannot be remembered for --retry-failed \(ENOSPC\)$/m);
    expect(end.stderr).not.toMatch(/\.ts:/);
    // Nothing was lost where nothing had to be kept; else that is said.
    if (mode === "stream") expect(end.stdout.split("\n").toSorted()).toEqual(["", "a | hello", "b | hello"]);
    else
      for (const name of ["a", "b"]) expect(end.stderr).toContain(`warning: ${name}: the disk of .groundswell is full`);
    expect(end.exitCode).toBe(0);
    disk.clear();
    expect(await dev.run("run", "--order", "config", "--", "echo", "hello")).toMatchObject({
      exitCode: 0,
      stdout: "a:\nhello\n\nb:\nhello\n",
    });
  });

  test("of the reports: told, what stood there stays, and the exit code is not 0", async () => {
    await using dev = await repositoryWorkspace(["a"]);
    mkdirSync(dev.path("disk"));
    using disk = smallDisk(dev.path("disk"));
    dev.write("disk/old.json", "old");
    const run = dev.run(
      "run",
      "--report",
      "json:disk/old.json",
      "--report",
      "junit:disk/new.xml",
      "--joblog",
      "disk/log",
      "--",
      ...programArgv("{name}"),
    );
    const a = await dev.program("a");
    disk.fill();
    await a.exit(0);
    const end = await run;
    expect(end.exitCode).toBe(1);
    for (const [option, file] of [
      ["--report", "disk/old.json"],
      ["--report", "disk/new.xml"],
    ] as const) {
      expect(end.stderr).toContain(`error: ${option}: ${dev.path(file)} could not be written (ENOSPC)\n`);
    }
    expect(dev.read("disk/old.json")).toBe("old");
    expect(readdirSync(dev.path("disk")).toSorted()).toEqual([".ballast", "log", "old.json"]);
  });
});
