import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { prefixLines } from "../../../scripts/lib/lines/prefix-lines.ts";

const esc = "\u001B";

describe("without colour", () => {
  const prefixed = prefixLines(["web", "backend"], { color: false });

  test("each line bears its service's name, padded to the longest, and a bar", () => {
    expect(prefixed("web", ["one", "", "three"])).toBe("web     | one\nweb     | \nweb     | three\n");
    expect(prefixed("backend", ["x"])).toBe("backend | x\n");
    expect(prefixed("web", [])).toBe("");
    expect(prefixed("unforeseen", ["x"])).toBe("unforeseen | x\n");
  });

  test.each([
    ["colours", `${esc}[1;31mred${esc}[0m`, "red"],
    ["clearing the screen", `${esc}[2J${esc}[Htop`, "top"],
    ["private modes", `${esc}[?25lhidden${esc}[?25h`, "hidden"],
    ["window titles", `${esc}]0;title\u0007text${esc}]2;other${esc}\\.`, "text."],
    ["device control strings", `${esc}Pq#0${esc}\\text`, "text"],
    ["other escapes", `${esc}cre${esc}7set${esc}(B`, "reset"],
    ["a sequence without an end", `text${esc}[12`, "text"],
    ["a title without an end", `text${esc}]0;title`, "text"],
    ["a lone escape", `text${esc}`, "text"],
    ["bells, backspaces and C1 controls", "a\u0007b\u0008c\u009Bd", "abcd"],
    ["a progress display", "10 %\r20 %\r", "10 % 20 %"],
    ["the carriage return of a Windows program", "done\r", "done"],
  ])("%s are taken out", (_, line, expected) => {
    expect(prefixed("web", [line, "next"])).toBe(`web     | ${expected}\nweb     | next\n`);
  });

  test("tabs and letters of all the world stay", () => {
    expect(prefixed("web", ["\ta\t日本 é 😀"])).toBe("web     | \ta\t日本 é 😀\n");
  });

  test("a sequence does not reach into the next line", () => {
    expect(prefixed("web", [`one${esc}]0;title`, "two", `three${esc}[`, "four"])).toBe(
      "web     | one\nweb     | two\nweb     | three\nweb     | four\n",
    );
  });
});

describe("with colour", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const prefixed = prefixLines(names, { color: true });

  test("each service has its own, the same ones each time, until they run out", () => {
    const starts = names.map((name) => prefixed(name, ["x"]).split(name, 1)[0]);
    expect(new Set(starts.slice(0, 6)).size).toBe(6);
    expect(starts[6]).toBe(starts[0]);
    expect(prefixed("a", ["x"])).toBe(prefixLines(names, { color: true })("a", ["x"]));
    expect(stripVTControlCharacters(prefixed("a", ["x"]))).toBe("a | x\n");
  });

  test("a service's own colours stay and end with their line; nothing else does", () => {
    const text = prefixed("a", [`${esc}[31mred ${esc}[2Jfor ever`, "next"]);
    expect(text).toContain(`${esc}[31mred for ever${esc}[0m\n`);
    expect(text).not.toContain("[2J");
    expect(prefixed("a", ["plain"])).not.toContain(`${esc}[0m\n`);
  });
});
