import * as fc from "fast-check";
import { expect, test } from "vitest";
import { splitLines } from "../../../scripts/lib/lines/split-lines.ts";

test("lines come when they end", () => {
  const splitter = splitLines();
  expect(splitter.push(Buffer.from("one\ntw"))).toEqual(["one"]);
  expect(splitter.push(Buffer.from("o"))).toEqual([]);
  expect(splitter.push(Buffer.from("\n\nthree\n"))).toEqual(["two", "", "three"]);
  expect(splitter.flush()).toEqual([]);
});

test("what is held back comes at the end, once", () => {
  const splitter = splitLines();
  expect(splitter.push(Buffer.from("half"))).toEqual([]);
  expect(splitter.push(Buffer.from(""))).toEqual([]);
  expect(splitter.flush()).toEqual(["half"]);
  expect(splitter.flush()).toEqual([]);
  expect(splitter.push(Buffer.from(" other\n"))).toEqual([" other"]);
});

test("a carriage return does not end a line", () => {
  expect(splitLines().push(Buffer.from("10 %\r20 %\r\n\u2028x\n"))).toEqual(["10 %\r20 %\r", "\u2028x"]);
});

test("bytes that are no UTF-8 do no harm", () => {
  const splitter = splitLines();
  expect(splitter.push(Buffer.from([0xc3, 0x0a, 0xff, 0xe2]))).toEqual(["\uFFFD"]);
  expect(splitter.flush()).toEqual(["\uFFFD\uFFFD"]);
});

test("however a stream is cut into chunks, the lines are the same", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "é", "😀", "\n", "\r") }),
      fc.array(fc.nat({ max: 20 }), { maxLength: 20 }),
      (text, cuts) => {
        const splitter = splitLines();
        const lines: string[] = [];
        let rest: Uint8Array = Buffer.from(text);
        for (const cut of cuts) {
          lines.push(...splitter.push(rest.subarray(0, cut)));
          rest = rest.subarray(cut);
        }
        lines.push(...splitter.push(rest), ...splitter.flush());
        const expected = text.split("\n");
        if (expected.at(-1) === "") expected.pop();
        expect(lines).toEqual(expected);
      },
    ),
    { numRuns: 500 },
  );
});
