import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { rotationPoints } from "../../scripts/lib/process/fault-point.ts";
import { faultPoint } from "../support/fault-point.ts";
import { requires } from "../support/requires.ts";
import { until } from "../support/until.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

/** Writes numbered lines of 100 bytes, one write(2) for each, until SIGTERM; then it says in a file of its own how many. */
const writer = (pauseSeconds: number) => `
  my ($going, $line) = (1, 0);
  $SIG{TERM} = sub { $going = 0 };
  while ($going) {
    syswrite(STDOUT, sprintf("%09d %s\\n", $line++, "x" x 89)) == 100 or die;
    select(undef, undef, undef, ${pauseSeconds}) if ${pauseSeconds} > 0 && $line % 100 == 0;
  }
  open(my $said, ">", "written") or die;
  print $said $line;
`;

const stack = (pauseSeconds: number) =>
  `settings: { log_max_size: 64KiB, log_keep: 1000 }\nservices:\n  web: { command: ${JSON.stringify(["perl", "-e", writer(pauseSeconds)])} }\n`;

const rotated = (dev: Workspace, number: number) => dev.path(`logs/web.log.${number}`);

async function untilRotated(dev: Workspace, times: number): Promise<void> {
  await until(
    () => existsSync(rotated(dev, times)),
    () => `the log was rotated ${times} times\n${dev.story()}`,
    60_000,
  );
}

/** The files that together are the log, the oldest first. */
function filesOf(dev: Workspace): readonly string[] {
  const files = [dev.path("logs/web.log")];
  for (let number = 1; existsSync(rotated(dev, number)); number += 1) files.unshift(rotated(dev, number));
  return files;
}

/** How many lines of the writer's these files hold, one after the other; fails at the first byte that is another. */
function countLines(files: readonly string[]): number {
  const block = Buffer.alloc(100 * 1_000);
  const tail = `${" ".concat("x".repeat(89))}\n`;
  let lines = 0;
  let rest = Buffer.alloc(0);
  for (const file of files) {
    const descriptor = openSync(file, "r");
    for (let read = 1; read > 0;) {
      read = readSync(descriptor, block);
      const bytes = Buffer.concat([rest, block.subarray(0, read)]);
      const whole = bytes.length - (bytes.length % 100);
      for (let at = 0; at < whole; at += 100, lines += 1) {
        const line = bytes.toString("latin1", at, at + 100);
        if (line !== String(lines).padStart(9, "0") + tail) throw new Error(`in place of line ${lines}: ${line}`);
      }
      rest = Buffer.from(bytes.subarray(whole));
    }
    closeSync(descriptor);
  }
  expect(rest).toHaveLength(0);
  return lines;
}

const written = (dev: Workspace): number => Number(dev.read("written"));

requires("perl", "fallocate --collapse-range")("a log is rotated while its service writes without a pause", () => {
  test("every line is there once, in order, and logs -f has shown it", async () => {
    await using dev = await workspace(stack(0));
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const follow = dev.shell('exec "$0" "$@" >followed', {}, "logs", "-f", "-n", "1000000000", "web");
    await untilRotated(dev, 4);
    await dev.stopAll();
    const lines = written(dev);
    expect(countLines(filesOf(dev))).toBe(lines);
    await until(
      () => statSync(dev.path("followed")).size >= lines * 100,
      () => `logs -f has shown ${lines} lines\n${dev.story()}`,
      60_000,
    );
    follow.interrupt();
    expect((await follow).stderr).toBe("");
    expect(countLines([dev.path("followed")])).toBe(lines);
    expect((await dev.run("logs", "-n", "2", "web")).stdout).toMatch(
      new RegExp(`^0*${lines - 2} x+\\n0*${lines - 1} x+\\n$`),
    );
  });
});

describe("kill -9 of the supervisor while it rotates a log", () => {
  requires("perl", "fallocate --collapse-range")("held at each moment of it", () => {
    test.each(rotationPoints)("%s: no line is lost, none is there twice", async (point) => {
      await using dev = await workspace(stack(0.02));
      {
        using hold = faultPoint(dev, point);
        expect(await dev.runWith(hold.env, "start_dev")).toMatchObject({ exitCode: 0 });
        await hold.reached();
        await dev.killSupervisor();
      }
      // The service writes on; logs can tell what has become of the cut.
      const { stdout } = await dev.run("logs", "-n", "1000000000", "web");
      const numbers = stdout
        .trimEnd()
        .split("\n")
        .map((line) => Number(line.slice(0, 9)));
      expect(numbers).toEqual(numbers.map((_, index) => index));
      const before = filesOf(dev).length;
      expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
      await untilRotated(dev, before + 1);
      await dev.stopAll();
      expect(dev.has("logs/web.log.1.tmp")).toBe(false);
      expect(countLines(filesOf(dev))).toBe(written(dev));
    });
  });
});
