import { parseEnv } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEnvText } from "../../../scripts/lib/config/dotenv.ts";
import { ProblemList } from "../../../scripts/lib/config/problem-list.ts";
import { briefly } from "./services-folder.ts";

function readText(text: string, ambient: Readonly<Record<string, string>> = {}) {
  const source = { file: "/w/.env", shownAs: ".env", text };
  const problems = new ProblemList();
  problems.addSource(source);
  const entries = readEnvText(source, (above) => (name) => ambient[name] ?? above(name), problems);
  return {
    values: Object.fromEntries([...entries].map(([name, { value }]) => [name, value])),
    errors: problems.ofSeverity("error").map(briefly),
    warnings: problems.ofSeverity("warning").map(briefly),
    problems: [...problems.ofSeverity("error"), ...problems.ofSeverity("warning")],
  };
}

describe("values", () => {
  test.each([
    ["A=1", { A: "1" }],
    ["A = 1 ", { A: "1" }],
    ["export A=1", { A: "1" }],
    ["A=", { A: "" }],
    ["A= \nB=1", { A: "", B: "1" }],
    ["A=1 # comment", { A: "1" }],
    ["A=a#b", { A: "a" }],
    [`A="a # b"`, { A: "a # b" }],
    [`A='a # b' # c`, { A: "a # b" }],
    ['A="a\\nb"', { A: "a\nb" }],
    ["A='a\\nb'", { A: "a\\nb" }],
    ['A="a\nb"\nB=2', { A: "a\nb", B: "2" }],
    ['A=`it\'s "x"`', { A: `it's "x"` }],
    ["A=1\nA=2", { A: "2" }],
    ["# A=1\n\n  # B=2\nC=3", { C: "3" }],
    ["A=1\r\nB='x'\r\n", { A: "1", B: "x" }],
    ["\uFEFFA=1", { A: "1" }],
    ["A=b=c", { A: "b=c" }],
    ["a.b-c=1", { "a.b-c": "1" }],
    ["__proto__=1", { ["__proto__"]: "1" }],
  ])("%j", (text, values) => {
    expect(readText(text)).toMatchObject({ errors: [], warnings: [] });
    expect(Object.entries(readText(text).values)).toEqual(Object.entries(values));
  });
});

describe("expansion", () => {
  test.each([
    ["A=1\nB=${A}2", { A: "1", B: "12" }],
    ['A=1\nB="x${A}\\n${A}"', { A: "1", B: "x1\n1" }],
    ["A=1\nB='${A}'", { A: "1", B: "${A}" }],
    ["A=1\nB=`${A}`", { A: "1", B: "1" }],
    ["B=${NONE:-d}", { B: "d" }],
    ["B=${HOME}", { B: "/home/me" }],
    ["HOME=/other\nB=${HOME}", { HOME: "/other", B: "/home/me" }],
    ["A=$HOME $(id) `id` $((1))", { A: "$HOME $(id) `id` $((1))" }],
    ['A="$(touch /tmp/never)"', { A: "$(touch /tmp/never)" }],
    ["A=pa$$word", { A: "pa$word" }],
    ["A='pa$$word'", { A: "pa$$word" }],
  ])("%j", (text, values) => {
    expect(readText(text, { HOME: "/home/me" })).toMatchObject({ values, errors: [], warnings: [] });
  });

  test("a value that came from elsewhere is not looked at again", () => {
    expect(readText('B="${A}"', { A: "\\n ${X} $$" }).values).toEqual({ B: "\\n ${X} $$" });
  });

  test("a later line is not seen by an earlier one", () => {
    expect(readText("A=${B}\nB=1")).toMatchObject({ values: { A: "", B: "1" }, warnings: ["VARIABLE_UNSET .env:1:3"] });
  });
});

describe("problems", () => {
  test.each([
    ["A=1\njust words", ["ENV_FILE_SYNTAX .env:2:1"]],
    ["A: 1", ["ENV_FILE_SYNTAX .env:1:1"]],
    ["A B=1", ["ENV_FILE_SYNTAX .env:1:1"]],
    ["=1", ["ENV_FILE_SYNTAX .env:1:1"]],
    ["1A=1", ["ENV_FILE_SYNTAX .env:1:1"]],
    [`A="x\nB=1`, ["ENV_FILE_SYNTAX .env:1:3"]],
    [`A="a\\"b"`, ["ENV_FILE_SYNTAX .env:1:7"]],
    ["A=1\nB=x${", ["INTERPOLATION_SYNTAX .env:2:4"]],
    ['B="a\\nb${1}"', ["INTERPOLATION_SYNTAX .env:1:10"]],
    ["A=${B:?say it}", ["INTERPOLATION_REQUIRED .env:1:3"]],
    ["x\ny\nA=1", ["ENV_FILE_SYNTAX .env:1:1", "ENV_FILE_SYNTAX .env:2:1"]],
  ])("%j", (text, errors) => {
    expect(readText(text).errors).toEqual(errors);
  });

  test("no line of an env file is shown: it may hold a secret", () => {
    const { problems } = readText('TOKEN="s3cret\nPASS=x${\nA=${NONE}\nno equals s3cret');
    expect(problems.length).toBeGreaterThanOrEqual(4);
    for (const problem of problems) {
      expect(problem.place?.frame).toBeNull();
      expect(`${problem.message} ${problem.hint}`).not.toContain("s3cret");
    }
  });
});

describe("reads what util.parseEnv reads", () => {
  /** With an empty value parseEnv keeps "export" in the name or takes the next line for the value, and it sees names in some comments; we do not. */
  const sameAsNode = (text: string): void => {
    if (/=[ \t\r]*(?:\n|$)/.test(text)) return;
    const { values, errors } = readText(text);
    const expected = Object.entries(parseEnv(text)).filter(([name]) => !name.includes("#"));
    if (errors.length === 0) expect(values).toEqual(Object.fromEntries(expected));
  };

  test("or says what is wrong", () => {
    const pieces = [
      "A",
      "B",
      "=",
      "=",
      "\n",
      "\n",
      " ",
      '"',
      "'",
      "`",
      "#",
      "\\n",
      "\\",
      "x",
      "export ",
      "\r\n",
      "\t",
      ".",
    ];
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((list) => list.join(""));
    fc.assert(fc.property(text, sameAsNode), { numRuns: 2_000 });
  });

  test("of well-formed lines", () => {
    const inner = fc.string({ unit: fc.constantFrom("a", " ", "#", "=", "\\", "n", "\t", "é"), maxLength: 8 });
    const quoted = fc
      .tuple(fc.constantFrom('"', "'", "`"), inner, inner)
      .map(([quote, one, two]) => `${quote}${one}\n${two}${quote}`);
    const blank = fc.constantFrom("", " ", "\t");
    const line = fc
      .tuple(
        fc.constantFrom("A", "B", "export C", "d_1"),
        blank,
        blank,
        fc.oneof(
          quoted,
          inner.map((text) => `v${text}`),
        ),
        fc.constantFrom("", " # c"),
      )
      .map(([name, before, after, value, comment]) => `${name}${before}=${after}${value}${comment}`);
    const text = fc
      .tuple(
        fc.array(fc.oneof(line, fc.constantFrom("", "# c", "  ")), { maxLength: 6 }),
        fc.constantFrom("\n", "\r\n"),
      )
      .map(([lines, newline]) => lines.join(newline));
    fc.assert(
      fc.property(text, (written) => {
        expect(readText(written).errors).toEqual([]);
        sameAsNode(written);
      }),
      { numRuns: 2_000 },
    );
  });
});
