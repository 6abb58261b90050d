import { expect, test } from "vitest";
import { logScan } from "../../../scripts/lib/health/log-scan.ts";
import type { ProbeContext } from "../../../scripts/lib/health/probe-context.ts";

/** A log the test writes; `asked` holds the offsets that were read from. */
function growingLog(): { log: { text: string }; asked: number[]; readLog: ProbeContext["readLog"] } {
  const log = { text: "" };
  const asked: number[] = [];
  return {
    log,
    asked,
    readLog: async (fromOffset) => {
      asked.push(fromOffset);
      const from = fromOffset > log.text.length ? 0 : fromOffset;
      const text = log.text.slice(from, from + 10);
      return { text, nextOffset: from + text.length };
    },
  };
}

test("finds a line that was written meanwhile, and reads nothing twice", async () => {
  const { log, asked, readLog } = growingLog();
  const scan = logScan("^ready on port \\d+$", readLog);
  expect(await scan(undefined)).toMatchObject({
    ok: false,
    kind: "other",
    message: "no line matches /^ready on port \\d+$/ yet",
  });
  log.text += "starting\nnot ready on port 1\nre";
  expect(await scan(undefined)).toMatchObject({ ok: false });
  log.text += "ady on port 80\n";
  expect(await scan(undefined)).toMatchObject({ ok: true, message: "a line matches /^ready on port \\d+$/" });
  expect(asked).toEqual(asked.toSorted((a, b) => a - b));
});

test("a last line without a newline counts", async () => {
  const { log, readLog } = growingLog();
  log.text = "one\nlistening";
  expect(await logScan("listening", readLog)(undefined)).toMatchObject({ ok: true });
});

test("a pattern does not match across lines", async () => {
  const { log, readLog } = growingLog();
  log.text = "one\ntwo\n";
  expect(await logScan("one\\s+two", readLog)(undefined)).toMatchObject({ ok: false });
});

test("carriage returns and colours do not hinder a match; a pattern for the colour itself matches too", async () => {
  const { log, readLog } = growingLog();
  log.text = "\u001B[32mready\u001B[39m in 300 ms\r\n";
  expect(await logScan("^ready in \\d+ ms$", readLog)(undefined)).toMatchObject({ ok: true });
  expect(await logScan("32mready", readLog)(undefined)).toMatchObject({ ok: true });
});

test("a log that was cut off is read anew", async () => {
  const { log, readLog } = growingLog();
  const scan = logScan("^ready$", readLog);
  log.text = "a long first run of this\nrea";
  expect(await scan(undefined)).toMatchObject({ ok: false });
  log.text = "ready\n";
  expect(await scan(undefined)).toMatchObject({ ok: true });
});

test("called off, it stops reading", async () => {
  const { log, asked, readLog } = growingLog();
  log.text = "x".repeat(1_000);
  expect(await logScan("y", readLog)(AbortSignal.abort())).toMatchObject({ message: "the probe was called off" });
  expect(asked).toEqual([]);
});

test("a pattern that is none is said at once", () => {
  expect(() => logScan("(", growingLog().readLog)).toThrow(SyntaxError);
});
