import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";

const cli = new URL("../../../scripts/lib/", import.meta.url).href;
let folder: string;
let program: string;

/** One program with a command for every way to end; run as a user would, as a process. */
const source = `
import { command } from "${cli}cli/command.ts";
import { endBySignal } from "${cli}cli/end-by-signal.ts";
import { userError } from "${cli}diagnostic/user-error.ts";

const ways = {
  code: () => 3,
  mistake: () => { throw userError("CONFIG_NOT_FOUND", "There is no services file", { hint: "Go to a folder that has one." }); },
  steering: () => { throw userError("CONFIG_NOT_FOUND", "a\\u001b[2Jb\\u0007c"); },
  held: () => { setInterval(() => {}, 1000); return ways.mistake(); },
  bug: () => { throw new TypeError("oops"); },
  nothing: () => { throw undefined; },
  rejection: () => { Promise.reject(new Error("nobody listens")); setInterval(() => {}, 1000); return new Promise(() => {}); },
  thrown: () => { setTimeout(() => { throw new Error("from a timer"); }); return new Promise(() => {}); },
  flood: ({ stdout }) => { for (let n = 0; n < 20_000; n += 1) stdout.write("line " + n + "\\n"); return 4; },
  forever: ({ stdout }, closed) => new Promise((resolve) => {
    const timer = setInterval(() => stdout.write("tick\\n"), 5);
    closed.addEventListener("abort", () => { clearInterval(timer); resolve(5); });
  }),
  signal: ({ stdout }) => { stdout.write("last words\\n"); process.on("SIGTERM", () => {}); endBySignal("SIGTERM"); return new Promise(() => {}); },
};
const main = command({
  summary: "End in a way",
  positionals: { name: "way", description: "How to end" },
  options: { json: { type: "boolean", description: "Print JSON" }, delay: { type: "number", description: "Seconds" } },
  examples: ["code"],
  async run({ args, context, outputClosed }) { return ways[args[0]](context, outputClosed); },
});
await main(process.argv.slice(2), {
  name: "try", version: "1.2.3", cwd: process.cwd(), env: process.env, stdout: process.stdout, stderr: process.stderr, launcher: "", supervisor: null,
});
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "groundswell-cli-"));
  program = join(folder, "program.mjs");
  await writeFile(program, source);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(argv: string[], env: Record<string, string> = {}, stdout: "pipe" | number = "pipe"): ChildProcess {
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...ambient } = process.env;
  return spawn(process.execPath, [program, ...argv], {
    stdio: ["ignore", stdout, "pipe"],
    env: { ...ambient, ...env },
  });
}

async function run(argv: string[], env: Record<string, string> = {}) {
  const child = start(argv, env);
  const [stdout, stderr] = [text(child.stdout!), text(child.stderr!)];
  await once(child, "close");
  return { code: child.exitCode, signal: child.signalCode, stdout: await stdout, stderr: await stderr };
}

test("the exit code is the command's own", async () => {
  expect(await run(["code"])).toEqual({ code: 3, signal: null, stdout: "", stderr: "" });
});

test("--help and --version", async () => {
  const help = await run(["--help"]);
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toMatch(/^End in a way\n\nUsage: groundswell try \[options\] \[way\.\.\.\]\n/);
  expect(await run(["--version"])).toEqual({ code: 0, signal: null, stdout: "1.2.3\n", stderr: "" });
});

test("a user's mistake is shown on stderr with its own exit code", async () => {
  expect(await run(["mistake"])).toEqual({
    code: 78,
    signal: null,
    stdout: "",
    stderr: "error[CONFIG_NOT_FOUND]: There is no services file\nhint: Go to a folder that has one.\n",
  });
});

test("colours when they are asked for, and not with NO_COLOR", async () => {
  expect((await run(["mistake"], { FORCE_COLOR: "1" })).stderr).toContain("\u001B[31m");
  expect((await run(["mistake"], { NO_COLOR: "1" })).stderr).not.toContain("\u001B");
});

test("a message cannot steer the terminal", async () => {
  expect((await run(["steering"])).stderr).toBe("error[CONFIG_NOT_FOUND]: ab\uFFFDc\n");
});

test("with --json the mistake is one document on stdout", async () => {
  const { code, stdout, stderr } = await run(["mistake", "--json"]);
  expect({ code, stderr }).toEqual({ code: 78, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    errors: [
      {
        code: "CONFIG_NOT_FOUND",
        severity: "error",
        message: "There is no services file",
        place: null,
        related: [],
        hint: "Go to a folder that has one.",
      },
    ],
  });
});

test("wrong arguments: every mistake, the way to the help, exit code 64; as JSON too", async () => {
  expect(await run(["--delay", "-1", "--jsn"])).toEqual({
    code: 64,
    signal: null,
    stdout: "",
    stderr: `error[USAGE]: --delay must be a number, zero or more, but is "-1"

error[USAGE]: Unknown option --jsn
hint: Did you mean "--json"?

groundswell try --help shows what it takes.
`,
  });
  const { code, stdout } = await run(["--delay", "soon", "--json"]);
  expect(code).toBe(64);
  expect(JSON.parse(stdout).errors).toMatchObject([{ code: "USAGE" }]);
  expect((await run(["--delay=x", "--", "--json"])).stdout).toBe("");
});

test("a failed command ends although something of it is still open", async () => {
  expect(await run(["held"])).toMatchObject({ code: 78 });
});

test.each([
  ["bug", "TypeError: oops"],
  ["rejection", "Error: nobody listens"],
  ["thrown", "Error: from a timer"],
  ["nothing", "Thrown: undefined"],
])("%s: a bug shows its stack and ends with 70", async (way, message) => {
  const { code, stdout, stderr } = await run([way, "--json"]);
  expect({ code, stdout }).toEqual({ code: 70, stdout: "" });
  expect(stderr).toContain("This is a bug in Groundswell, no mistake of yours (groundswell 1.2.3 try, Node v");
  expect(stderr).toContain(message);
});

test("a reader that goes away ends nothing noisily: the command's own exit code", async () => {
  for (const [way, code] of [["flood", 4] as const, ["forever", 5] as const]) {
    const child = start([way]);
    const stderr = text(child.stderr!);
    await once(child.stdout!, "data");
    child.stdout!.destroy();
    await once(child, "exit");
    expect({ way, code: child.exitCode, stderr: await stderr }).toEqual({ way, code, stderr: "" });
  }
});

test.runIf(process.platform === "linux")("output that cannot be written is said, and is a failure", async () => {
  const full = openSync("/dev/full", "w");
  const child = start(["flood"], {}, full);
  closeSync(full);
  const stderr = text(child.stderr!);
  await once(child, "exit");
  expect({ code: child.exitCode, stderr: await stderr }).toEqual({
    code: 4,
    stderr: "The output could not be written: ENOSPC\n",
  });
});

test("a pipe gets everything before the process ends", async () => {
  const { code, stdout } = await run(["flood"]);
  expect(code).toBe(4);
  expect(stdout.split("\n").at(-2)).toBe("line 19999");
});

test("ending by a signal is ending by that signal", async () => {
  expect(await run(["signal"])).toEqual({ code: null, signal: "SIGTERM", stdout: "last words\n", stderr: "" });
});
