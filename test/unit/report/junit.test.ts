import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { junitDocument } from "../../../scripts/lib/report/junit.ts";
import { aggregateOutcomes } from "../../../scripts/lib/workspace/aggregate-outcomes.ts";
import { holds } from "../../support/holds.ts";
import { requires } from "../../support/requires.ts";
import { everyResult, sampleOutcome, sampleRepository } from "../../support/sample-run.ts";

function documentOf(text: string, lastLines: readonly string[] = []): string {
  const repository = sampleRepository(text, { path: `/w/${text}` });
  const failed = sampleOutcome("", { kind: "exited", exitCode: 3 }, { repository, index: 1 });
  const outcomes = [failed, sampleOutcome("fine", { kind: "ok" }, { index: 2, peakMemoryBytes: 4096 })];
  const failures = [{ outcome: failed, lastLines }];
  const details = { command: text, startedAt: 1_700_000_000_123, elapsedMs: 1500, failures };
  return junitDocument(outcomes, aggregateOutcomes(outcomes), details);
}

test("a test case for each repository", () => {
  expect(documentOf("api", ["last <line>"])).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="groundswell run" tests="2" failures="1" errors="0" time="1.500">
  <testsuite name="api" tests="2" failures="1" errors="0" skipped="0" time="1.500" timestamp="2023-11-14T22:13:20.123Z">
    <testcase name="api" classname="api" file="/w/api" time="1.500">
      <failure message="exited with code 3" type="exited">last &lt;line&gt;</failure>
    </testcase>
    <testcase name="fine" classname="api" file="/w/fine" time="1.500">
      <properties><property name="peakMemoryBytes" value="4096"/></properties>
    </testcase>
  </testsuite>
</testsuites>
`,
  );
});

const hostile = [
  "a]]>b",
  "<!--",
  "&amp; & \" ' < >",
  "\u0000\u0001\u0008\u000B\u001B[31m\u007F\u0085\u009F",
  "\uD800 lone \uDFFF",
  "\uFFFE\uFFFF\u{1F600}",
  "a\nb\tc\rd\r\n",
  "<![CDATA[ x ]]>",
  " blank at the ends ",
];

requires("xmllint")("as an XML parser reads it", () => {
  const xpath = (xml: string, path: string): string =>
    execFileSync("xmllint", ["--noout", "--xpath", path, "-"], {
      input: xml,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"],
    });
  /** xmllint ends what it prints with a newline. */
  const value = (xml: string, path: string): string => xpath(xml, `string(${path})`).slice(0, -1);
  const isXml = (character: string): boolean =>
    "\t\n\r".includes(character) || (character >= " " && character < "\uFFFE");
  // What XML cannot hold is written out.
  const readable = (text: string): string =>
    Array.from(text.toWellFormed(), (character) =>
      isXml(character) || character.length > 1 ? character : `\\u{${character.charCodeAt(0).toString(16)}}`,
    ).join("");

  test.each(hostile)("%j comes through", (text) => {
    const xml = documentOf(text, [text, "end"]);
    expect(value(xml, "/testsuites/testsuite/testcase[1]/@name")).toBe(readable(text));
    expect(value(xml, "//testcase[1]/failure")).toBe(`${readable(text)}\nend`);
  });

  test("any text at all is well-formed, and comes through", async () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom(...Array.from(hostile.join(""))),
        fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
      ),
      maxLength: 20,
    });
    await holds(
      60,
      fc.property(text, (name) => {
        expect(value(documentOf(name, [name]), "//testcase[1]/@name")).toBe(readable(name));
      }),
    );
  });

  test("every end: failed, timed out (an error), skipped, counted as they are there", () => {
    const outcomes = everyResult.map((result, at) => sampleOutcome("a", result, { index: at + 1 }));
    const xml = junitDocument(outcomes, aggregateOutcomes(outcomes), {
      command: "x",
      startedAt: 0,
      elapsedMs: 0,
      failures: [],
    });
    for (const [tag, attribute, count] of [
      ["failure", "failures", 8],
      ["error", "errors", 2],
      ["skipped", "skipped", 3],
      ["testcase", "tests", 14],
    ] as const) {
      expect(xpath(xml, `count(//${tag})`).trim()).toBe(String(count));
      expect(value(xml, `//testsuite/@${attribute}`)).toBe(String(count));
    }
  });
});
