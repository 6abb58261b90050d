import { appendFileSync, statSync, utimesSync } from "node:fs";
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
    appendFileSync(dev.path("logs/z.log"), "from z\n");
    appendFileSync(dev.path("logs/a.log"), "from a\n");
    const { stdout } = await dev.run("logs", "-n", "1");
    expect(stdout).toBe("z | from z\na | from a\n");
    await dev.stopAll();
  });
});

/** As the supervisor notes it: by this time the log had this length. */
const noted = (times: readonly (readonly [at: number, offset: number])[]): string =>
  times.map(([at, offset]) => `${at} ${offset}\n`).join("");

describe("logs --since", () => {
  const now = Date.now();
  const minutesAgo = (minutes: number) => now - minutes * 60_000;
  const files = {
    "logs/web.log": "web 1\nweb 2\nweb 3\n",
    ".groundswell/logs/web.times": noted([
      [minutesAgo(60), 6],
      [minutesAgo(30), 12],
      [minutesAgo(10), 18],
    ]),
    "logs/db.log": "db 1\ndb 2\ndb 3\n",
    ".groundswell/logs/db.times": noted([
      [minutesAgo(50), 5],
      [minutesAgo(20), 15],
    ]),
  };

  test("how long ago, or when: what was written since", async () => {
    await using dev = await afterwards(files);
    const shown = async (...args: readonly string[]) => (await dev.run("logs", ...args)).stdout;
    expect(await shown("web", "--since", "15m")).toBe("web 3\n");
    expect(await shown("web", "--since", "45m")).toBe("web 2\nweb 3\n");
    expect(await shown("web", "--since", "1h30m")).toBe("web 1\nweb 2\nweb 3\n");
    expect(await shown("web", "--since", new Date(minutesAgo(45)).toISOString())).toBe("web 2\nweb 3\n");
    expect(await shown("web", "--since", "1h30m", "-n", "1")).toBe("web 3\n");
    expect(await shown("web", "--since", "5m")).toBe("");
  });

  test("several services come in the order of time", async () => {
    await using dev = await afterwards(files);
    expect((await dev.run("logs")).stdout).toBe(
      "web | web 1\ndb  | db 1\nweb | web 2\ndb  | db 2\ndb  | db 3\nweb | web 3\n",
    );
    expect((await dev.run("logs", "--since", "25m")).stdout).toBe("db  | db 2\ndb  | db 3\nweb | web 3\n");
  });

  test("a log nobody noted the time of is shown as a whole, and that is said; not if it is older", async () => {
    await using dev = await afterwards({ "logs/web.log": "web 1\n" });
    expect(await dev.run("logs", "--since", "1m")).toMatchObject({
      exitCode: 0,
      stdout: "web 1\n",
      stderr: expect.stringMatching(/^note: web: nobody has noted when its lines were written/),
    });
    const longAgo = new Date(minutesAgo(5));
    utimesSync(dev.path("logs/web.log"), longAgo, longAgo);
    expect(await dev.run("logs", "--since", "1m")).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  });

  test("a time to come: said, and the 29th of February is a day where there is one", async () => {
    await using dev = await workspace("services: {}\n", { files: { "logs/web.log": "web 1\n" } });
    const { exitCode, stdout, stderr } = await dev.run("logs", "--since", "2999-01-01T12:30");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(stderr).toContain("note: --since lies in the future (2999-01-01 12:30:00): nothing was written since\n");
    const past = await dev.run("logs", "--since", "2024-02-29");
    expect(past.exitCode).toBe(0);
    expect(past.stderr).not.toContain("future");
  });

  test.each([
    "tomorrow",
    "10",
    "5 apples",
    "2026-13-45",
    "2026-02-29",
    "2026-02-31 10:00",
    "2026-04-31T10:00Z",
    "-5m",
    "",
  ])("%j is a mistake", async (since) => {
    await using dev = await afterwards(files);
    const { exitCode, stderr, stdout } = await dev.run("logs", `--since=${since}`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: "" });
    expect(stderr).toContain(`error[USAGE]: --since must be a duration or a time, but is ${JSON.stringify(since)}\n`);
    expect(stderr).toContain("hint: How long ago: 90s, 10m, 1h30m. Or when: 2026-11-25, ");
  });

  test("the supervisor notes it: of two runs, the second", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    await dev.run("start_dev");
    await (await dev.program("web")).print("of the first run\n");
    await dev.stopAll();
    const [last = ""] = dev.read(".groundswell/logs/web.times").trim().split("\n").slice(-1);
    expect(Number(last.split(" ")[1])).toBe(statSync(dev.path("logs/web.log")).size);
    expect(statSync(dev.path(".groundswell/logs/web.times")).mode & 0o777).toBe(0o600);
    // What is written from here on is younger than the last note.
    const between = new Date(Date.now() + 1).toISOString();
    await dev.run("start_dev");
    await (await dev.program("web", { run: 2 })).print("of the second run\n");
    const { stdout } = await dev.run("logs", "--since", between);
    expect(stdout).toContain("of the second run\n");
    expect(stdout).not.toContain("first");
    await dev.stopAll();
  });
});

describe("logs --grep", () => {
  const red = (text: string) => `\u001B[31m${text}\u001B[0m`;

  test("lines that match, by what is seen; the last so many of them", async () => {
    await using dev = await afterwards({
      "logs/web.log": `${numbers(100).join("")}${red("li")}ne 100\n`,
      "logs/db.log": "line 3\nother\n",
    });
    const shown = async (...args: readonly string[]) => (await dev.run("logs", ...args)).stdout;
    expect(await shown("web", "--grep", "^line .?7$")).toBe(
      [7, 17, 27, 37, 47, 57, 67, 77, 87, 97].map((number) => `line ${number}\n`).join(""),
    );
    expect(await shown("web", "--grep", "line", "-n", "2")).toBe("line 99\nline 100\n");
    expect(await shown("--grep", "^line (3|100)$")).toBe("db  | line 3\nweb | line 3\nweb | line 100\n");
    expect(await shown("--grep", "nothing like it")).toBe("");
  });

  test("goes on with -f", async () => {
    await using dev = await afterwards({ "logs/web.log": "match 1\nother\nmatch 2\n" });
    const follow = dev.run("logs", "-f", "-n", "1", "--grep", "^match");
    await follow.says(/match 2\n/);
    appendFileSync(dev.path("logs/web.log"), "other\nmatch 3\nother\n");
    await follow.says(/match 3\n/);
    follow.interrupt();
    expect(await follow).toMatchObject({ stdout: "match 2\nmatch 3\n", signal: "SIGINT" });
  });

  test("what is no regular expression is a mistake", async () => {
    await using dev = await afterwards({ "logs/web.log": "up\n" });
    const { exitCode, stderr } = await dev.run("logs", "--grep", "(open");
    expect(exitCode).toBe(64);
    expect(stderr).toContain('error[USAGE]: --grep must be a regular expression, but is "(open"\nhint: ');
    expect(stderr).toContain("Unterminated group");
  });
});

describe("logs --json", () => {
  const objectsOf = (text: string): unknown[] =>
    text
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));

  test("an object a line, without escapes; when it was written where that is known", async () => {
    await using dev = await afterwards({
      "logs/web.log": '\u001B[31mred\u001B[0m "quoted"\nlast',
      ".groundswell/logs/web.times": noted([
        [1_000, 23],
        [2_000, 27],
      ]),
      "logs/db.log": "of a time nobody noted\n",
    });
    utimesSync(dev.path("logs/db.log"), 3, 3);
    expect(objectsOf((await dev.runWith({ FORCE_COLOR: "1" }, "logs", "--json")).stdout)).toEqual([
      { schemaVersion: 1, service: "web", line: 'red "quoted"', at: 1_000 },
      { service: "web", line: "last", at: 2_000 },
      { service: "db", line: "of a time nobody noted", at: 3_000 },
    ]);
  });

  test("with --grep, and with -f", async () => {
    await using dev = await afterwards({ "logs/web.log": "one\ntwo\nthree\n" });
    const { stdout } = await dev.run("logs", "--json", "--grep", "^t", "-n", "1");
    expect(objectsOf(stdout)).toEqual([{ schemaVersion: 1, service: "web", line: "three" }]);
    const follow = dev.run("logs", "--json", "-f", "-n", "0");
    // Nothing tells that it follows but a line.
    const writing = setInterval(() => appendFileSync(dev.path("logs/web.log"), "four\n"), 20);
    await follow.says(/"line":"four"/);
    clearInterval(writing);
    follow.interrupt();
    expect(objectsOf((await follow).stdout)[0]).toEqual({
      schemaVersion: 1,
      service: "web",
      line: "four",
      at: expect.closeTo(Date.now(), -5),
    });
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
    appendFileSync(dev.path("logs/web.log"), "more\n");
    await follow.says(/web \| more\n/);
    appendFileSync(dev.path("logs/db.log"), "hello\n");
    await follow.says(/db {2}\| hello\n/);
    appendFileSync(dev.path("logs/web.log"), "beg");
    await follow.says(/web \| beg\n/);
    appendFileSync(dev.path("logs/web.log"), "un\nand another\nlast without newline");
    await follow.says(/web \| and another\n/);
    follow.interrupt();
    const { stdout, ...end } = await follow;
    expect(end).toEqual({ exitCode: null, signal: "SIGINT", stderr: "" });
    expect(stdout.split("\n").filter((line) => line.startsWith("web"))).toEqual(
      ["line 1", "line 2", "more", "beg", "… un", "and another", "last without newline"].map((line) => `web | ${line}`),
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
