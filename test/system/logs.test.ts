import { appendFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { healthy } from "../support/program.ts";
import { workspace, type WorkspaceOptions } from "../support/workspace.ts";

/** A workspace in which services have run: nothing but their logs is left of it. */
function afterwards(files: Readonly<Record<string, string>>, options: WorkspaceOptions = {}) {
  return workspace("services: {}\n", { ...options, files });
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}\n`);

describe("logs", () => {
  test("the last twenty lines of one service as they are, of several with their names", async () => {
    await using dev = await afterwards({ "logs/web.log": numbers(30).join(""), "logs/backend.log": "up\nunfinished" });
    expect(await dev.run("logs", "web")).toEqual({
      exitCode: 0,
      signal: null,
      stdout: numbers(30).slice(10).join(""),
      stderr: "",
    });
    expect((await dev.run("logs", "-n", "2")).stdout).toBe(
      "backend | up\nbackend | unfinished\nweb     | line 28\nweb     | line 29\n",
    );
    expect((await dev.run("logs", "-n0")).stdout).toBe("");
  });

  test("what would steer the terminal is left out, colours only stay where they are wanted", async () => {
    await using dev = await afterwards({ "logs/web.log": "\u001B[2J\u001B[31mred\u001B[0m\u0007\n" });
    expect((await dev.run("logs")).stdout).toBe("red\n");
    expect((await dev.runWith({ FORCE_COLOR: "1" }, "logs")).stdout).toBe("\u001B[31mred\u001B[0m\n");
  });

  test("services.yaml may be broken: it is not read", async () => {
    await using dev = await workspace("services: [nonsense\n", { files: { "logs/web.log": "up\n" } });
    expect(await dev.run("logs")).toMatchObject({ exitCode: 0, stdout: "up\n" });
  });

  test("mistakes say what is there", async () => {
    await using dev = await afterwards({ "logs/web.log": "up\n" });
    const unknown = await dev.run("logs", "wbe");
    expect(unknown).toMatchObject({
      exitCode: 64,
      stderr: 'error[SERVICE_UNKNOWN]: No service is named "wbe"\nhint: Did you mean "web"?\n',
    });
    const wrong = await dev.run("logs", "-n", "-1");
    expect(wrong.exitCode).toBe(64);
    expect(wrong.stderr).toContain('error[USAGE]: -n must be a whole number, zero or more, but is "-1"\n');
  });

  test("where nothing was started there is nothing to show", async () => {
    await using dev = await afterwards({});
    const { exitCode, stderr } = await dev.run("logs");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error\[LOG_NOT_FOUND\]: There is no log in .*\/logs\nhint: Nothing has been started/);
  });

  test("of what runs, in the order of the waves", async () => {
    await using dev = await workspace(`services:\n  a: ${healthy("a", "depends_on: [z]")}\n  z: ${healthy("z")}\n`);
    await dev.run("start_dev");
    appendFileSync(dev.path("logs/a.log"), "from a\n");
    appendFileSync(dev.path("logs/z.log"), "from z\n");
    const { stdout } = await dev.run("logs", "-n", "1");
    expect(stdout).toBe("z | from z\na | from a\n");
    await dev.stopAll();
  });
});

test("a second run writes on in the same log", async () => {
  await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
  for (const run of [1, 2]) {
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await (await dev.program("web", { run })).print(`this is run ${run}\n`);
    await dev.stopAll();
  }
  expect(dev.read("logs/web.log")).toMatch(/this is run 1\n[^]*this is run 2\n/);
});

describe("logs -f", () => {
  test("goes on without a gap, until Ctrl-C ends it by its signal", async () => {
    await using dev = await afterwards({ "logs/web.log": numbers(3).join(""), "logs/db.log": "" });
    const follow = dev.run("logs", "-f", "-n", "2");
    await follow.says(/web \| line 2\n/);
    appendFileSync(dev.path("logs/web.log"), "more\nbeg");
    await follow.says(/web \| more\n/);
    appendFileSync(dev.path("logs/db.log"), "hello\n");
    await follow.says(/db {2}\| hello\n/);
    appendFileSync(dev.path("logs/web.log"), "un\nlast without newline");
    await follow.says(/web \| begun\n/);
    follow.interrupt();
    const { stdout, ...end } = await follow;
    expect(end).toEqual({ exitCode: null, signal: "SIGINT", stderr: "" });
    expect(stdout.split("\n").filter((line) => line.startsWith("web"))).toEqual(
      ["line 1", "line 2", "more", "begun", "last without newline"].map((line) => `web | ${line}`),
    );
  });

  test("a reader that has seen enough ends it quietly", async () => {
    await using dev = await afterwards({ "logs/web.log": numbers(3).join("") });
    // The command goes on for ever: only the reader's going ends it, at its next line.
    const script = `{ "$0" "$@"; echo "ended with $?" >&2; } | head -n 1`;
    const follow = dev.shell(script, {}, "logs", "-f");
    await follow.says(/line 0/);
    for (let line = 3; !follow.hasEnded() && line < 2000; line += 1) {
      appendFileSync(dev.path("logs/web.log"), `line ${line}\n`);
      await Promise.race([follow, new Promise((resolve) => void setTimeout(resolve, 10))]);
    }
    expect(await follow).toEqual({ exitCode: 0, signal: null, stdout: "line 0\n", stderr: "ended with 0\n" });
  });
});
