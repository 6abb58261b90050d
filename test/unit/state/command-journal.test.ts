import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { abandonedJournals, CommandJournal } from "../../../scripts/lib/state/command-journal.ts";
import { holds } from "../../support/holds.ts";
import { requires } from "../../support/requires.ts";
import { smallDisk } from "../../support/small-disk.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const processOf = (pid: number) => ({ pid, startTime: `${pid}00`, bootId: "boot", pidNs: "1" });
const owner = processOf(7);
const file = () => join(folder, "7-700.ndjson");
const open = (onProblem: (errno: string) => void = expect.unreachable) => new CommandJournal(folder, owner, onProblem);
const abandoned = () => abandonedJournals(folder, () => true);

test("what has begun and not ended is there when its owner is gone, and only then; for the owner's eyes", () => {
  const journal = open();
  journal.begun("r1", "api");
  journal.begun("r2", "web\n{");
  journal.spawned("r2", processOf(8));
  journal.begun("r3", "db");
  journal.spawned("r3", processOf(9));
  journal.ended("r3");
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(abandonedJournals(folder, () => false)).toEqual([]);
  const asked: unknown[] = [];
  const found = abandonedJournals(folder, (one) => asked.push(one) > 0);
  expect(asked).toEqual([owner]);
  expect(found).toEqual([
    {
      file: file(),
      commands: [
        { runId: "r1", repository: "api", leader: null },
        { runId: "r2", repository: "web\n{", leader: processOf(8) },
      ],
    },
  ]);
  journal.close();
  expect(readdirSync(folder)).toEqual([]);
});

test("no folder, and files of others: nothing", () => {
  expect(abandonedJournals(join(folder, "none"), () => true)).toEqual([]);
  appendFileSync(join(folder, "last.json"), "{}");
  appendFileSync(join(folder, "8-800.ndjson"), "no JSON\nnull\n7\n[]\n");
  appendFileSync(join(folder, "9-900.ndjson"), "");
  expect(abandoned()).toEqual([]);
});

type Step = { readonly does: "begun" | "spawned" | "ended"; readonly id: number };

test("whatever was begun, spawned and ended, and wherever the writer was cut off: exactly what had not ended", async () => {
  const step = fc.record({
    does: fc.constantFrom("begun" as const, "spawned" as const, "ended" as const),
    id: fc.nat(5),
  });
  await holds(
    300,
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat(), (steps, cut) => {
      const journal = open();
      const ends = [statSync(file()).size];
      for (const { does, id } of steps) {
        if (does === "begun") journal.begun(`r${id}`, `repository ${id}`);
        else if (does === "spawned") journal.spawned(`r${id}`, processOf(100 + id));
        else journal.ended(`r${id}`);
        ends.push(statSync(file()).size);
      }
      const whole = readFileSync(file(), "utf8");
      // Anywhere behind the first line; its newline may be missing too.
      const kept = (ends[0] ?? 0) + (cut % (whole.length - (ends[0] ?? 0) + 1));
      truncateSync(file(), kept);
      const lines = ends.slice(1).filter((end) => end - 1 <= kept).length;
      const found = abandoned()[0]?.commands;
      journal.close();
      expect(found).toEqual(expected(steps.slice(0, lines)));
    }),
  );
});

/** Told from the last time each was begun, by looking back; the journal goes forward. */
function expected(steps: readonly Step[]): readonly unknown[] {
  const ids = [...new Set(steps.map(({ id }) => id))];
  const last = (id: number, does: Step["does"]) => steps.findLastIndex((one) => one.id === id && one.does === does);
  return ids
    .map((id) => ({ id, begun: last(id, "begun"), spawned: last(id, "spawned"), ended: last(id, "ended") }))
    .filter(({ begun, ended }) => begun > ended)
    .toSorted((a, b) => firstOfLife(steps, a.id) - firstOfLife(steps, b.id))
    .map(({ id, begun, spawned }) => ({
      runId: `r${id}`,
      repository: `repository ${id}`,
      leader: spawned > begun ? processOf(100 + id) : null,
    }));
}

/** Where it was begun first since it last ended. */
function firstOfLife(steps: readonly Step[], id: number): number {
  const ended = steps.findLastIndex((one) => one.id === id && one.does === "ended");
  return steps.findIndex((one, at) => at > ended && one.id === id && one.does === "begun");
}

requires("tmpfs")("on a disk that runs full", () => {
  test("it is said once; what fits again afterwards is not taken for the rest of a torn line", () => {
    using disk = smallDisk(folder);
    const problems: string[] = [];
    const journal = open((errno) => problems.push(errno));
    journal.begun("r1", "one");
    disk.fill();
    // Until a line is torn: what is left of the block takes its beginning.
    for (let at = 0; problems.length === 0; at += 1) journal.begun(`x${at}`, "x".repeat(300));
    expect(readFileSync(file(), "utf8").endsWith("\n")).toBe(false);
    journal.begun("lost", "lost");
    expect(problems).toEqual(["ENOSPC"]);
    disk.clear();
    journal.ended("r1");
    journal.begun("r2", "two");
    const commands = abandoned()[0]?.commands.filter(({ repository }) => !repository.startsWith("x"));
    expect(commands).toEqual([{ runId: "r2", repository: "two", leader: null }]);
    journal.close();
  });
});

test("closed, it writes nothing: its descriptor's number may be that of another file", () => {
  const journal = open();
  journal.begun("r1", "api");
  journal.close();
  const strangers = Array.from({ length: 4 }, (_, at) => join(folder, `stranger-${at}`));
  const descriptors = strangers.map((path) => openSync(path, "w"));
  journal.ended("r1");
  journal.close();
  for (const descriptor of descriptors) closeSync(descriptor);
  expect(strangers.map((path) => readFileSync(path, "utf8"))).toEqual(["", "", "", ""]);
});
