import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { multiplex, type MultiplexerOptions } from "../../../scripts/lib/lines/multiplexer.ts";

const esc = "\u001B";

function screen(options: Partial<MultiplexerOptions> = {}) {
  const writes: string[] = [];
  const multiplexer = multiplex({
    write: (bytes) => void writes.push(bytes.toString()),
    color: false,
    longestLineBytes: 64,
    names: ["web", "backend"],
    ...options,
  });
  const source = (name: string) => {
    const one = multiplexer.source(name);
    const push = (what: string | Buffer) => one.push(Buffer.from(what));
    return { push, put: (what: string | Buffer): void => void push(what), end: () => one.end() };
  };
  const { say } = multiplexer;
  return { source, say, writes, text: () => writes.join(""), written: () => multiplexer.written() };
}

test("each line bears its source's name, padded to the longest, and a bar", () => {
  const { source, text } = screen();
  source("web").put("one\n\nthree\n");
  source("backend").put("x\n");
  source("unforeseen").put("x\n");
  expect(text()).toBe("web     | one\nweb     | \nweb     | three\nbackend | x\nunforeseen | x\n");
});

test("names are padded by the columns they take, where somebody knows them", () => {
  const { source, text } = screen({ names: ["web", "日本"], widthOf: (name) => (name === "日本" ? 4 : name.length) });
  source("web").put("x\n");
  source("日本").put("x\n");
  expect(text()).toBe("web  | x\n日本 | x\n");
});

test("the name in brackets, where that is asked for", () => {
  const { source, text } = screen({ prefix: "brackets" });
  source("web").put("one\n");
  source("backend").put("x\n");
  expect(text()).toBe("[web] one\n[backend] x\n");
});

test("lines of our own bear no name, and tear none", () => {
  const { source, say, text } = screen();
  const web = source("web");
  web.put("one\nbe");
  say("a word of ours\n");
  web.put("gun\n");
  expect(text()).toBe("web     | one\na word of ours\nweb     | begun\n");
});

test("without names, lines bear none", () => {
  const { source, text } = screen({ names: null });
  source("web").put("one\ntwo\n");
  expect(text()).toBe("one\ntwo\n");
});

test("lines of two sources are never mixed, however they come", () => {
  const { source, text } = screen();
  const [web, backend] = [source("web"), source("backend")];
  web.put("be");
  backend.put("hello\nwo");
  web.put("gun\nthe e");
  backend.put("rld\n");
  web.end();
  expect(text()).toBe("backend | hello\nweb     | begun\nbackend | world\nweb     | the e\n");
});

test("a chunk is one write, however many lines it has", () => {
  const { source, writes } = screen();
  source("web").put("x\n".repeat(10_000));
  expect(writes).toHaveLength(1);
  expect(writes[0]).toBe("web     | x\n".repeat(10_000));
});

test("each source has a colour of its own until they run out; what a source colours ends with its line", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const { source, writes } = screen({ names, color: true });
  for (const name of names) source(name).put(`x${esc}[31mred\n`);
  const starts = writes.map((text, index) => text.split(names[index] ?? "", 1)[0]);
  expect(new Set(starts.slice(0, 6)).size).toBe(6);
  expect(starts[6]).toBe(starts[0]);
  expect(writes[0]?.endsWith(` x${esc}[31mred${esc}[0m\n`)).toBe(true);
  expect(stripVTControlCharacters(writes[0] ?? "")).toBe("a | xred\n");
});

test("pieces of a long line are marked", () => {
  const { source, text } = screen({ longestLineBytes: 8 });
  source("web").put("0123456789abcdefghi\n");
  expect(text()).toBe("web     | 01234567\nweb     | … 89abcdef\nweb     | … ghi\n");
});

describe("what is begun of a line", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("is shown when nothing has come for a quarter of a second; the rest is marked", () => {
    const { source, text } = screen();
    const web = source("web");
    web.put("Password: ");
    vi.advanceTimersByTime(200);
    web.put("? ");
    vi.advanceTimersByTime(249);
    expect(text()).toBe("");
    vi.advanceTimersByTime(1);
    expect(text()).toBe("web     | Password: ? \n");
    web.put("no\nnext\n");
    expect(text()).toBe("web     | Password: ? \nweb     | … no\nweb     | next\n");
  });

  test("waits for what came while nobody looked", () => {
    const { source, text } = screen();
    const web = source("web");
    web.put("beg");
    vi.advanceTimersByTime(200);
    // As after a long time in which this process did not run: the first timer is late, and what had come is read next.
    vi.advanceTimersByTime(49);
    web.put("un\n");
    vi.advanceTimersByTime(10_000);
    expect(text()).toBe("web     | begun\n");
  });

  test("is not followed by an empty line when only its end was missing", () => {
    const { source, text } = screen();
    const web = source("web");
    web.put("all");
    vi.advanceTimersByTime(250);
    web.put("\n\nnext\n");
    expect(text()).toBe("web     | all\nweb     | \nweb     | next\n");
  });

  test("waits with a character of which a part is missing, and can wait at all", () => {
    const { source, text } = screen();
    const web = source("web");
    const [first, ...others] = Buffer.from("€");
    web.put(Buffer.from([0x61, first ?? 0]));
    vi.advanceTimersByTime(250);
    expect(text()).toBe("web     | a\n");
    web.put(Buffer.from([...others, 0x0a]));
    expect(text()).toBe("web     | a\nweb     | … €\n");
    const patient = screen({ showsBegun: false });
    patient.source("web").put("begun");
    vi.advanceTimersByTime(10_000);
    expect(patient.text()).toBe("");
  });
});

/** A writer that is as slow as the test wants. */
function slowWriter() {
  const writes: string[] = [];
  let finish: (() => void) | null = null;
  return {
    writes,
    write: (bytes: Buffer) =>
      new Promise<void>((resolve) => {
        finish = () => {
          // Only now: the bytes must not have been touched meanwhile.
          writes.push(bytes.toString());
          finish = null;
          resolve();
        };
      }),
    async finishOne() {
      finish?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
    isWriting: () => finish !== null,
  };
}

const megabyte = "x"
  .repeat(63)
  .concat("\n")
  .repeat(16 * 1024);

describe("a writer slower than its sources", () => {
  test("is waited for, and gets everything", async () => {
    const slow = slowWriter();
    const { source, written } = screen({ write: slow.write, names: null });
    const web = source("web");
    expect(web.push("first\n")).toBeUndefined();
    expect(web.push("second\n")).toBeUndefined();
    let hasRoom = false;
    const room = web.push(megabyte)?.then(() => (hasRoom = true));
    expect(room).toBeDefined();
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasRoom).toBe(false);
    await slow.finishOne();
    await room;
    const all = written();
    while (slow.isWriting()) await slow.finishOne();
    await all;
    expect(slow.writes).toEqual(["first\n", `second\n${megabyte}`]);
  });

  describe("and keeps a source waiting in the middle of a line", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
    afterEach(() => void vi.useRealTimers());

    async function keptWaiting() {
      const slow = slowWriter();
      const { source, written } = screen({ write: slow.write, names: null });
      const web = source("web");
      web.put("first\n");
      const room = web.push(`${megabyte}begun`);
      expect(room).toBeDefined();
      vi.advanceTimersByTime(10_000);
      await slow.finishOne();
      await room;
      const textWhenWritten = async () => {
        const all = written();
        while (slow.isWriting()) await slow.finishOne();
        await all;
        return slow.writes.join("").slice("first\n".length + megabyte.length);
      };
      return { web, textWhenWritten };
    }

    test("the line is not torn: nothing could come of it", async () => {
      const { web, textWhenWritten } = await keptWaiting();
      web.put(" and ended\n");
      expect(await textWhenWritten()).toBe("begun and ended\n");
    });

    test("once there is room, a quarter of a second without more is one again", async () => {
      const { textWhenWritten } = await keptWaiting();
      vi.advanceTimersByTime(249);
      expect(await textWhenWritten()).toBe("");
      vi.advanceTimersByTime(1);
      expect(await textWhenWritten()).toBe("begun\n");
    });

    test("and the source's end is one in any case", async () => {
      const { web, textWhenWritten } = await keptWaiting();
      web.end();
      expect(await textWhenWritten()).toBe("begun\n");
      vi.advanceTimersByTime(10_000);
      expect(await textWhenWritten()).toBe("begun\n");
    });
  });

  test("or else lines are dropped, counted, and said in their place", async () => {
    const slow = slowWriter();
    const { source, say, written } = screen({
      write: slow.write,
      dropped: (lines, name) => `${lines} lines of ${name} dropped`,
    });
    const [web, backend] = [source("web"), source("backend")];
    web.put("first\n");
    web.put(megabyte);
    expect(web.push("lost 1\nlost 2\n")).toBeUndefined();
    backend.put(`lost ${esc}[31m3\n`);
    web.put("lost 4\n");
    say("never lost\n");
    await slow.finishOne();
    web.put("kept\n");
    const all = written();
    while (slow.isWriting()) await slow.finishOne();
    await all;
    const lines = slow.writes.join("").split("\n");
    const xs = lines.filter((line) => /^web {5}\| x{63}$/.test(line)).length;
    expect(lines.filter((line) => !/^web {5}\| x/.test(line))).toEqual([
      "web     | first",
      "never lost",
      `web     | ${16 * 1024 - xs + 3} lines of web dropped`,
      "backend | 1 lines of backend dropped",
      "web     | kept",
      "",
    ]);
    expect(xs).toBeGreaterThan(1_000);
  });
});
