import { execFileSync } from "node:child_process";
import { createReadStream, readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { volumeArgv } from "../support/program.ts";
import { repositoriesNamed } from "../support/repositories.ts";
import { until } from "../support/until.ts";
import { volumeLine } from "../support/volume-line.ts";
import type { Workspace } from "../support/workspace.ts";

// Five programs write 50 MB each, and who reads what `run` writes is slow: it stops twice, until nothing moves any more.

vi.setConfig({ testTimeout: 240_000 });
const names = ["auth", "user", "billing", "search", "web"] as const;
const linesEach = 50_000;
const megabyte = 1_000_000;
const pausesAt = [8 * megabyte, 240 * megabyte];
/** Over what the runner needs before the first byte; run from its TypeScript, that is a good deal more than it is for a user. */
const mostGrowthBytes = 100 * megabyte;
/** In all, as it is shipped. */
const mostBytes = process.env["GROUNDSWELL_DIST"] === "1" ? 150 * megabyte : Number.POSITIVE_INFINITY;

/** Looks at every line: which of the programs' are missing, come twice or are damaged, and what else there is. */
class Inspection {
  readonly others: string[] = [];
  readonly problems: string[] = [];
  readonly #prefixOf: (name: string) => string;
  readonly #next = new Map<string, number>(names.map((name) => [name, 0]));
  #begun = "";

  constructor(prefixOf: (name: string) => string) {
    this.#prefixOf = prefixOf;
  }

  take(bytes: Buffer): void {
    const lines = (this.#begun + bytes.toString("latin1")).split("\n");
    this.#begun = lines.pop() ?? "";
    for (const line of lines) this.#line(line);
  }

  /** How many of each have come, in their order. */
  counts(): Readonly<Record<string, number>> {
    if (this.#begun !== "") this.problems.push(`without an end: ${this.#begun}`);
    return Object.fromEntries(this.#next);
  }

  #line(line: string): void {
    const name = names.find((one) => line.startsWith(`${this.#prefixOf(one)}${one} `));
    if (name === undefined) return void this.others.push(line);
    const number = this.#next.get(name) ?? 0;
    this.#next.set(name, number + 1);
    const expected = `${this.#prefixOf(name)}${volumeLine(name, number)}`;
    if (`${line}\n` !== expected)
      this.problems.push(`${line.slice(0, 40)} … in the place of ${expected.slice(0, 40)} …`);
  }
}

/** The most memory the process has ever had, in bytes: as the kernel counts. */
function mostMemoryOf(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}

/** How much each of the programs that still run has written: bytes by pid. */
function writtenByPrograms(dev: Workspace): string {
  const programs = dev.strays().filter(({ command }) => command.includes("nasty-program.mjs volume"));
  return programs.map(({ pid }) => `${pid}: ${writtenBy(pid)}`).join();
}

function writtenBy(pid: number): string {
  try {
    return /^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1] ?? "";
  } catch {
    return "it has ended";
  }
}

/** Until no program has written anything for twenty looks: each waits for the runner, which waits for us, or has ended. */
async function untilNothingMoves(dev: Workspace): Promise<void> {
  let [last, looks] = ["", 0];
  await until(
    () => {
      const written = writtenByPrograms(dev);
      looks = written === last ? looks + 1 : 0;
      last = written;
      return looks >= 20;
    },
    () => `nothing moves\n${dev.story()}`,
    60_000,
  );
}

describe("5 × 50 MB and a slow reader: every line comes once and undamaged, and the runner's memory stays small", () => {
  test.each([
    { mode: "stream", prefixOf: (name: string) => `${name.padEnd(7)} | `, headings: [] },
    { mode: "grouped", prefixOf: () => "", headings: [...names.map((name) => `${name}:`), "", "", "", ""] },
  ])("-o $mode", async ({ mode, prefixOf, headings }) => {
    await using dev = await repositoriesNamed(...names);
    execFileSync("mkfifo", [dev.path("out")]);
    const run = dev.shell(
      'exec "$0" "$@" > out',
      {},
      "run",
      "-o",
      mode,
      "--jobs",
      "5",
      "--",
      ...volumeArgv("{name}", linesEach),
    );
    const inspection = new Inspection(prefixOf);
    const pauses = [...pausesAt];
    let read = 0;
    let [before, most] = [0, 0];
    for await (const chunk of createReadStream(dev.path("out"))) {
      if (!Buffer.isBuffer(chunk)) throw new Error("bytes are expected");
      if (read === 0) before = mostMemoryOf(run.pid);
      inspection.take(chunk);
      read += chunk.length;
      if (read < (pauses[0] ?? Number.POSITIVE_INFINITY)) continue;
      pauses.shift();
      await untilNothingMoves(dev);
      most = mostMemoryOf(run.pid);
    }
    expect(await run).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^5 ok of 5 in [^\n]*\n$/) });
    expect(inspection.counts()).toEqual(Object.fromEntries(names.map((name) => [name, linesEach])));
    expect(inspection.problems).toEqual([]);
    expect(inspection.others).toHaveLength(headings.length);
    expect(inspection.others).toEqual(expect.arrayContaining(headings));
    expect(pauses).toEqual([]);
    const [first, last] = [before, most].map((bytes) => Math.round(bytes / megabyte));
    process.stdout.write(`5 × 50 MB, -o ${mode}, a slow reader: ${first} MB before it, at most ${last} MB\n`);
    expect(before).toBeGreaterThan(megabyte);
    expect(most - before).toBeLessThan(mostGrowthBytes);
    expect(most).toBeLessThan(mostBytes);
  });
});

test("2>&1 into a slow reader: a note stands between lines, and the run is not held up by it", async () => {
  await using dev = await repositoriesNamed("ends", "writes");
  execFileSync("mkfifo", [dev.path("out")]);
  const writes = String.raw`head -c 20000000 /dev/zero | tr "\0" x | fold -w 99; echo`;
  const ends = `until [ -e ../full ]; do sleep 0.05; done; exit 3`;
  const script = `[ {name} = writes ] || { ${ends}; }; ${writes}`;
  const options = ["-o", "stream", "--joblog", "log"];
  const run = dev.shell('exec "$0" "$@" > out 2>&1', {}, "run", ...options, "--", "sh", "-c", script);
  let [text, hasPaused] = ["", false];
  for await (const chunk of createReadStream(dev.path("out"))) {
    text += String(chunk);
    if (hasPaused) continue;
    hasPaused = true;
    await untilNothingMoves(dev);
    dev.write("full", "");
    await until(() => /\t3\t0\tcd /.test(dev.read("log")), "it is noted that one has ended");
  }
  expect((await run).exitCode).toBe(2);
  const others = text.split("\n").filter((line) => !/^writes \| x{1,99}$/.test(line));
  expect(others[0]).toBe("ERROR in ends: exited with code 3");
  expect(others[1]).toMatch(/^✗ ends: exited with code 3/);
});

test("--json of more than a text can hold: the end of it, and how much is left out", async () => {
  await using dev = await repositoriesNamed("zeros");
  // JSON writes each of them with six characters.
  const bytes = 90 * 1024 * 1024;
  const script = '"$0" "$@" > out; code=$?; wc -l < out; tail -c 400 out; exit $code';
  const end = await dev.shell(script, {}, "run", "--json", "--", "head", "-c", String(bytes), "/dev/zero");
  expect(end).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^1\n/) });
  expect(end.stdout).toContain(`","stderr":"","omittedBytes":${bytes - 40 * 1024 * 1024},"argv":["head",`);
});
