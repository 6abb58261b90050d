import { describe, expect, test } from "vitest";
import { bytesOf, linesOf } from "./splitting.ts";

const esc = "\u001B";

/** Whole, and byte by byte: nothing may depend on it. */
function bothWays(input: string | Buffer, options: Parameters<typeof linesOf>[1] = {}): readonly string[] {
  const bytes = Buffer.from(input);
  const whole = linesOf([bytes], options);
  expect(
    linesOf(
      [...bytes].map((byte) => Buffer.from([byte])),
      options,
    ),
  ).toEqual(whole);
  return whole;
}

test("a line ends at a newline; the last one also where nothing more comes", () => {
  expect(bothWays("one\n\nthree\n")).toEqual(["one", "", "three"]);
  expect(bothWays("one\nbegun")).toEqual(["one", "begun"]);
  expect(bothWays("")).toEqual([]);
  expect(bothWays("\n")).toEqual([""]);
});

test("vertical tab, form feed, NEL and the Unicode separators are no line ends", () => {
  expect(bothWays("a\u000Bb\u000Cc\u0085d\u2028e\u2029f\n")).toEqual(["a␋b␌cd\u2028e\u2029f"]);
});

test("NUL is shown", () => {
  expect(bothWays("a\u0000b\n")).toEqual(["a␀b"]);
});

test("bytes that are no UTF-8 pass as they are", () => {
  for (const bytes of [
    [0xff, 0xfe],
    [0xc2],
    [0xc2, 0x41],
    [0xe2, 0x82],
    [0x80, 0x9b],
    [0xf0, 0x9f, 0x98],
    [0xed, 0xa0, 0x80],
  ]) {
    const line = Buffer.from([0x61, ...bytes, 0x62]);
    expect(Buffer.concat([...bytesOf([line, "\n"])])).toEqual(line);
    const ended = Buffer.from([0x61, ...bytes]);
    expect(Buffer.concat([...bytesOf([ended, "\n"])])).toEqual(ended);
  }
});

describe("without colour", () => {
  test.each([
    ["colours", `${esc}[1;31mred${esc}[0m`, "red"],
    ["links", `${esc}]8;;https://example.org${esc}\\text${esc}]8;;\u0007`, "text"],
    ["clearing the screen", `${esc}[2J${esc}[Htop`, "top"],
    ["private modes", `${esc}[?25lhidden${esc}[?1049h${esc}[?25h`, "hidden"],
    ["window titles", `${esc}]0;title\u0007text${esc}]2;other …${esc}\\.`, "text."],
    ["device control strings", `${esc}Pq#0${esc}\\text`, "text"],
    ["other escapes", `${esc}cre${esc}7set${esc}(B`, "reset"],
    ["a sequence without an end", `text${esc}[12`, "text"],
    ["a title without an end", `text${esc}]0;title`, "text"],
    ["a lone escape", `text${esc}`, "text"],
    ["a sequence that another cuts off", `a${esc}[1${esc}[2Jb${esc}]0;t${esc}[31mc`, "abc"],
    ["a sequence that is taken back", `a${esc}[1\u0018b${esc}]0;t\u001Ac`, "abc"],
    ["bells, backspaces and C1 controls", "a\u0007b\u0008c\u009Bd\u007F", "abcd"],
    ["the carriage return of a Windows program", "done\r", "done"],
    ["several of them", "done\r\r", "done"],
  ])("%s are taken out", (_, line, expected) => {
    expect(bothWays(`${line}\nnext\n`)).toEqual([expected, "next"]);
  });

  test("of a progress display, the last that was shown stays", () => {
    expect(bothWays("10 %\r20 %\r100 %\n")).toEqual(["100 %"]);
    expect(bothWays("10 %\r20 %\r\n")).toEqual(["20 %"]);
    expect(bothWays(`10 %\r${esc}[K20 %\r${esc}[K\n`)).toEqual(["20 %"]);
    expect(bothWays("\rfirst\n")).toEqual(["first"]);
  });

  test("tabs and letters of all the world stay", () => {
    expect(bothWays("\ta\t日本 é ° ¿ 😀\n")).toEqual(["\ta\t日本 é ° ¿ 😀"]);
  });

  test("a sequence does not reach into the next line", () => {
    expect(bothWays(`one${esc}]0;title\ntwo\nthree${esc}[\nfour\n`)).toEqual(["one", "two", "three", "four"]);
  });
});

describe("with colour", () => {
  const shown = (text: string): readonly string[] => bothWays(text, { color: true });

  test("colours and links stay as they were written; nothing else does", () => {
    expect(shown(`${esc}[31mred${esc}[2J${esc}[0m\n`)).toEqual([`${esc}[31mred${esc}[0m`]);
    expect(shown(`${esc}[1;38;5;9mred${esc}[22;39m plain\n`)).toEqual([`${esc}[1;38;5;9mred${esc}[22;39m plain`]);
    const link = `${esc}]8;id=1;https://example.org${esc}\\text${esc}]8;;${esc}\\`;
    expect(shown(`${link}.\n`)).toEqual([`${link}.`]);
    expect(shown(`${esc}[>4;2mx${esc}[?4my\n`)).toEqual(["xy"]);
  });

  test("a colour ends with its line, and is opened again where the next has text", () => {
    expect(shown(`${esc}[31mred\n\nmore${esc}[1m\nbold${esc}[m\nplain\n`)).toEqual([
      `${esc}[31mred${esc}[0m`,
      "",
      `${esc}[31mmore${esc}[0m`,
      `${esc}[31;1mbold${esc}[m`,
      "plain",
    ]);
  });

  test("what was taken back is not opened again", () => {
    expect(shown(`${esc}[1;4;31;44mx${esc}[22;24;49m\ny${esc}[39m\nz\n`)).toEqual([
      `${esc}[1;4;31;44mx${esc}[0m`,
      `${esc}[31my${esc}[39m`,
      "z",
    ]);
    expect(shown(`${esc}[38;2;1;2;3mx${esc}[48;5;7m\ny${esc}[38;5;4m\nz\n`)).toEqual([
      `${esc}[38;2;1;2;3mx${esc}[0m`,
      `${esc}[38;2;1;2;3;48;5;7my${esc}[0m`,
      `${esc}[48;5;7;38;5;4mz${esc}[0m`,
    ]);
  });

  test("a link that goes on is ended and opened again, too", () => {
    const open = `${esc}]8;;https://example.org\u0007`;
    const close = `${esc}]8;;${esc}\\`;
    expect(shown(`${open}one\ntwo${close}\nthree\n`)).toEqual([`${open}one${close}`, `${open}two${close}`, "three"]);
  });

  test("a link to what is no plain text, or endlessly long, is taken out", () => {
    expect(shown(`${esc}]8;;https://exämple.org\u0007x\n`)).toEqual(["x"]);
    expect(shown(`${esc}]8;;${"x".repeat(10_000)}\u0007x\n`)).toEqual(["x"]);
  });

  test("a line that is overwritten has the colours in force then", () => {
    expect(shown(`${esc}[31m10 %\r${esc}[32m20 %${esc}[0m\rdone\n`)).toEqual(["done"]);
    expect(shown(`${esc}[31m10 %\r20 %\n`)).toEqual([`${esc}[31m20 %${esc}[0m`]);
  });

  test("colours alone are no text", () => {
    expect(shown(`${esc}[31m${esc}[0m\nx\n`)).toEqual(["", "x"]);
    expect(shown(`${`${esc}[31m${esc}[32m`.repeat(2_000)}x\n`).join("")).toMatch(/32mx/);
  });
});

describe("a line that is too long", () => {
  test("comes in pieces; one that just fits does not", () => {
    const limit = { longestBytes: 8 };
    expect(bothWays("12345678\n123456789\n", limit)).toEqual(["12345678", "12345678", "+9"]);
    expect(bothWays(`${"x".repeat(20)}\nok\n`, limit)).toEqual(["xxxxxxxx", "+xxxxxxxx", "+xxxx", "ok"]);
    expect(bothWays(`short\n${"x".repeat(9)}`, limit)).toEqual(["short", "xxxxxxxx", "+x"]);
  });

  test("is not cut within a character", () => {
    expect(bothWays("€€€€\n", { longestBytes: 8 })).toEqual(["€€", "+€€"]);
    expect(bothWays("x😀😀😀\n", { longestBytes: 8 })).toEqual(["x😀", "+😀😀"]);
  });

  test("has its colours in every piece", () => {
    const red = (text: string) => `${esc}[31m${text}${esc}[0m`;
    expect(bothWays(`${esc}[31m${"x".repeat(25)}\n`, { color: true, longestBytes: 15 })).toEqual([
      red("xxxxxxxxxx"),
      `+${red("xxxxxxxxxx")}`,
      `+${red("xxxxx")}`,
    ]);
  });
});
