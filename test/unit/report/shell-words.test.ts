import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { shellWords } from "../../../scripts/lib/report/shell-words.ts";
import { typedCommand } from "../../../scripts/lib/report/typed-command.ts";
import { holds } from "../../support/holds.ts";
import { requires } from "../../support/requires.ts";

test.each([
  [["git", "log", "--format=%h", "-n", "1"], "git log --format=%h -n 1"],
  [["echo", "two words", "it's", ""], String.raw`echo 'two words' 'it'\''s' ''`],
  [["A=b", "=c"], "'A=b' '=c'"],
  [["a\nb\t", "\u001B[31m", "\u202E"], String.raw`$'a\nb\t' $'\x1b[31m' $'\xe2\x80\xae'`],
] as const)("%j", (words, typed) => {
  expect(shellWords(words)).toBe(typed);
});

test.each([
  ["/w/api", "/w", "cd api && x"],
  ["/w/-rf", "/w", "cd ./-rf && x"],
  ["/w/a\nb", "/w", String.raw`cd $'a\nb' && x`],
  ["/w", "/w", "cd /w && x"],
  ["/v/api", "/w", "cd /v/api && x"],
  ["/w/api", null, "cd /w/api && x"],
] as const)("in %j, from %j", (path, cwd, typed) => {
  expect(typedCommand(path, ["x"], cwd)).toBe(typed);
});

requires("bash")("pasted into bash", () => {
  test("gives the same words, whatever they hold, and nothing that steers the terminal is typed", async () => {
    const special = fc.constantFrom(
      "'",
      '"',
      "\\",
      "$",
      "`",
      "!",
      "\n",
      "\r",
      "\t",
      "\u001B",
      "\u0085",
      "\u202E",
      "\u2028",
      "~",
      "=",
      "*",
      "{a,b}",
      "-",
      "#",
      "0",
      "f",
    );
    const word = fc.string({
      unit: fc.oneof(special, fc.string({ unit: "binary", minLength: 1, maxLength: 1 })),
      maxLength: 8,
    });
    const clean = word.map((text) => text.replaceAll("\0", "").toWellFormed());
    const locale = fc.constantFrom("C", "C.UTF-8");
    await holds(
      80,
      fc.property(fc.array(clean, { maxLength: 5 }), locale, (words, LC_ALL) => {
        const typed = shellWords(["printf", "%s\\0", ...words, "end"]);
        expect(typed).not.toMatch(/[\p{Cc}\u2028-\u202E\u2066-\u2069]/u);
        const printed = execFileSync("bash", ["-c", typed], { env: { ...process.env, LC_ALL }, encoding: "utf8" });
        expect(printed.split("\0").slice(0, -1)).toEqual([...words, "end"]);
      }),
    );
  });
});
