import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Event } from "../../../scripts/lib/model/event.ts";
import { requires } from "../../support/requires.ts";
import { until } from "../../support/until.ts";
import { changed, crashed, planned, ready, skippedFor, starting } from "./sample-start.ts";

const report = new URL("../../../scripts/lib/report/", import.meta.url).href;

/** Shows on its stdout what the test sends it, an event or an order a line. */
const source = `
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { liveBoard } from "${report}live-board.ts";
import { reporterFor } from "${report}reporter-for.ts";
const board = process.argv[3] === "auto" ? reporterFor(process.stdout, process.env) : liveBoard(process.stdout, { NO_COLOR: "1" });
const socket = connect(process.argv[2]);
socket.write(process.pid + "\\n");
createInterface(socket).on("line", (line) => {
  const { order, events } = JSON.parse(line);
  for (const event of events ?? []) board.event(event);
  if (order === "close") { board.close(); board.event(events[0]); }
  if (order === "mind SIGTERM") process.on("SIGTERM", () => { board.close(); console.log("minded"); process.exit(9); });
  if (order === "exit") process.exit(3);
  if (order === "throw") throw new Error("a bug");
  socket.write("done\\n");
});
socket.on("end", () => process.exit(0));
`;

let folder: string;
let program: string;
let socketPath: string;
let server: Server;
let client: Socket;
let pid: number;
let answers: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gswell-board-"));
  program = join(folder, "program.mjs");
  socketPath = join(folder, "s");
  writeFileSync(program, source);
  server = createServer((socket) => {
    let received = "";
    client = socket.setEncoding("utf8").on("data", (data: string) => {
      received += data;
      answers = received.split("\n").slice(0, -1);
    });
    socket.on("error", () => undefined);
  }).listen(socketPath);
  answers = [];
  await once(server, "listening");
});

afterEach(() => {
  client.destroy();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function connected(): Promise<void> {
  pid = Number(await until(() => answers[0], "the program connects"));
}

/** Resolves when the program has taken it in. */
async function send(message: { readonly events?: readonly Event[]; readonly order?: string }): Promise<void> {
  const before = answers.length;
  client.write(`${JSON.stringify(message)}\n`);
  await until(() => answers.length > before, "the program takes events in");
}

const underWay = [planned, changed(5, "redis", starting(5)), changed(310, "redis", ready(305))];
const ended: readonly Event[] = [
  changed(700, "backend", crashed, 1),
  changed(701, "worker", skippedFor("backend"), 2),
  changed(701, "frontend", skippedFor("backend"), 2),
  {
    type: "start-finished",
    at: 0,
    end: { exitCode: 2, durationMs: 900, services: [], criticalPathMs: null, oneByOneMs: null },
  },
];
const finalPicture = `chainlens  4 services in 3 waves
wave 0
  ✓ redis     ready in 0.30 s   pid 4711  port 6379
wave 1
  ✗ backend   failed: exited with code 1 before it was ready (4 attempts)
wave 2
  – worker    skipped: needs backend healthy, but it failed
  – frontend  skipped: needs backend healthy, but it failed`;

const hide = "\u001B[?25l";
const show = "\u001B[?25h";

async function inPipe() {
  const child = spawn(process.execPath, [program, socketPath], { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  await connected();
  return {
    async end() {
      await once(child, "close");
      return { code: child.exitCode, signal: child.signalCode, stdout: await stdout, stderr: await stderr };
    },
  };
}

test("a burst of events is one picture, not one each", async () => {
  const board = await inPipe();
  const many = Array.from({ length: 500 }, (_, index): Event => changed(index, "backend", starting(index), 1));
  await send({ events: [...underWay, ...many, ...ended] });
  client.end();
  const { code, stdout } = await board.end();
  expect(code).toBe(0);
  // The end of a picture clears what was below. One may have been drawn before the last was, as the process ended.
  expect(stdout.split("\u001B[J").length - 1).toBeLessThanOrEqual(2);
});

test("the cursor comes back: when it is closed, and nothing is drawn afterwards", async () => {
  const board = await inPipe();
  await send({ events: underWay });
  await send({ events: ended });
  await send({ events: ended, order: "close" });
  client.end();
  const { stdout } = await board.end();
  expect(stdout.startsWith(hide)).toBe(true);
  expect(stdout.endsWith(`\u001B[K\n\u001B[J${show}`)).toBe(true);
  expect(stdout.split(show)).toHaveLength(2);
});

test.each([
  ["exit", { code: 3, signal: null }],
  ["throw", { code: 1, signal: null }],
])("the cursor comes back: %s", async (order, how) => {
  const board = await inPipe();
  await send({ events: underWay });
  client.write(`${JSON.stringify({ order })}\n`);
  const { stdout, ...end } = await board.end();
  expect(end).toMatchObject(how);
  expect(stdout.endsWith(show)).toBe(true);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "the cursor comes back: %s, which ends the process as ever",
  async (signal) => {
    const board = await inPipe();
    await send({ events: underWay });
    process.kill(pid, signal);
    const { stdout, ...end } = await board.end();
    expect(end).toEqual({ code: null, signal, stderr: "" });
    expect(stdout.endsWith(show)).toBe(true);
  },
);

test("a command that minds the signal has its way", async () => {
  const board = await inPipe();
  await send({ events: underWay, order: "mind SIGTERM" });
  process.kill(pid, "SIGTERM");
  const { code, stdout } = await board.end();
  expect(code).toBe(9);
  expect(stdout.endsWith(`${show}minded\n`)).toBe(true);
});

requires("tmux")("on a terminal", () => {
  function tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-S", join(folder, "t"), "-f", "/dev/null", ...args], { encoding: "utf8" });
  }

  async function inTerminal(columns: number, rows: number, env = "", kind = "board"): Promise<void> {
    // In a shell, that goes on when the board has ended: what it leaves behind can be looked at.
    const line = `echo before; ${env} '${process.execPath}' '${program}' '${socketPath}' ${kind}; echo "ended with $?"; sleep 1000`;
    tmux("new-session", "-d", "-x", String(columns), "-y", String(rows), line);
    await connected();
  }

  function screen(): string {
    return tmux("capture-pane", "-p").trimEnd();
  }

  function isCursorVisible(): boolean {
    return tmux("display-message", "-p", "#{cursor_flag}").trim() === "1";
  }

  async function shows(picture: string | RegExp): Promise<void> {
    const isIt = () => (typeof picture === "string" ? screen() === picture : picture.test(screen()));
    await until(isIt, () => `the screen shows ${String(picture)}\nbut it shows\n${screen()}`, 8000);
  }

  afterEach(() => {
    try {
      tmux("kill-server");
    } catch {
      // It has ended by itself.
    }
  });

  test("it is redrawn in place, and its last picture stays", async () => {
    await inTerminal(90, 30);
    await send({ events: [planned] });
    await shows(/^before\nchainlens {2}starting 4 services in 3 waves .*\nwave 0\n {2}· redis/);
    expect(isCursorVisible()).toBe(false);
    await send({ events: underWay.slice(1) });
    await shows(/^before\nchainlens .*\nwave 0\n {2}✓ redis {5}ready in 0\.30 s {3}pid 4711 {2}port 6379\nwave 1\n/);
    await send({ events: ended });
    await shows(`before\n${finalPicture}`);
    await send({ events: ended, order: "close" });
    client.end();
    await shows(`before\n${finalPicture}\nended with 0`);
    expect(isCursorVisible()).toBe(true);
  });

  test.each([
    ["NO_COLOR=1", /^before\nchainlens {2}starting 4 services in 3 waves/],
    ["TERM=dumb", /^before\nchainlens: 4 services in 3 waves\n {2}✓ redis {5}ready in 0\.30 s/],
    ["CI=1", /^before\nchainlens: 4 services in 3 waves\n {2}✓ redis {5}ready in 0\.30 s/],
  ])("%s decides between board and lines", async (env, picture) => {
    await inTerminal(90, 30, `env -u CI -u NO_COLOR ${env}`, "auto");
    await send({ events: underWay });
    await shows(picture);
  });

  test("warnings go above it, each once", async () => {
    await inTerminal(60, 30);
    const warning = (n: number): Event => ({
      type: "warning",
      at: 0,
      code: "VARIABLE_UNSET",
      message: `${"a long word ".repeat(6)}${n}`,
    });
    await send({ events: [...underWay, warning(1)] });
    await shows(/VARIABLE_UNSET\]\nchainlens/);
    await send({ events: [warning(2), ...ended] });
    await shows(/VARIABLE_UNSET\]\nchainlens {2}4 services/);
    const lines = screen().split("\n");
    // Wrapped by the terminal: 99 columns are two rows of 60.
    expect(lines.slice(0, 5).join("")).toBe(
      ["before", ...[1, 2].map((n) => `warning: ${"a long word ".repeat(6)}${n} [VARIABLE_UNSET]`)].join(""),
    );
    expect(lines[5]).toBe("chainlens  4 services in 3 waves");
  });

  test("a terminal that becomes narrower and wider again holds a whole board", async () => {
    await inTerminal(90, 30);
    await send({ events: underWay });
    await shows(/Ctrl-C stops what this start has started$/);
    for (const width of [45, 30, 100]) {
      tmux("resize-window", "-x", String(width), "-y", "30");
      const foot =
        width === 100
          ? /^1 ready · 3 waiting {3}Ctrl-C stops what this start has started$/
          : /^1 ready · 3 waiting .*…$/;
      await until(
        () => {
          // What was drawn while the size changed may have left a row above.
          const board = screen().split("\n").slice(-9);
          const isWhole = board[0]?.startsWith("chainlens") && foot.test(board.at(-1) ?? "");
          return isWhole && board.every((line) => line.length < width);
        },
        () => `a board of ${width} columns, but the screen shows\n${screen()}`,
        8000,
      );
    }
  });

  test("more services than rows: it fits, and scrolls nothing away", async () => {
    await inTerminal(80, 10);
    const names = Array.from({ length: 200 }, (_, index) => `s${index}`);
    const many: Event = { ...planned, waves: [names], waitsFor: {} };
    await send({ events: [many, ...names.map((name) => changed(1, name, starting(1)))] });
    await shows(/and 194 more\n200 starting/);
    await send({ events: names.slice(0, 150).map((name) => changed(2, name, ready(2))) });
    await shows(/and 44 more\n150 ready · 50 starting/);
    expect(screen().split("\n")[0]).toMatch(/^chainlens {2}starting 200 services/);
    // What is above the screen is what was there before, not old pictures.
    expect(tmux("capture-pane", "-p", "-S", "-100").match(/chainlens/g)).toHaveLength(1);
  });

  test("Ctrl-Z gives the cursor back, and going on draws a new board", async () => {
    await inTerminal(90, 30);
    await send({ events: underWay });
    await shows(/Ctrl-C/);
    process.kill(pid, "SIGTSTP");
    await until(() => /\) T /.test(readFileSync(`/proc/${pid}/stat`, "latin1")), "the program is stopped");
    expect(isCursorVisible()).toBe(true);
    process.kill(pid, "SIGCONT");
    await until(() => screen().match(/^chainlens/gm)?.length === 2, "a second board is drawn");
    expect(isCursorVisible()).toBe(false);
    await send({ events: ended });
    await until(
      () => screen().endsWith(finalPicture),
      () => screen(),
    );
  });
});
