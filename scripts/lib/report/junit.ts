import type { RunOutcome, RunTotals } from "../model/run-outcome.ts";
import { resultWords } from "./result-words.ts";
import type { FailedCommand } from "./run-summary.ts";

/**
 * `--report junit:FILE`: a test case for each repository. What is no XML character (1.0, section 2.2) is written out.
 *
 * @see https://github.com/testmoapp/junitxml
 */
export function junitDocument(
  outcomes: readonly RunOutcome[],
  totals: RunTotals,
  details: {
    readonly command: string;
    readonly startedAt: number;
    readonly elapsedMs: number;
    readonly failures: readonly FailedCommand[];
  },
): string {
  const { command, startedAt, elapsedMs, failures } = details;
  const linesOf = new Map(failures.map(({ outcome, lastLines }) => [outcome.index, lastLines]));
  const counts = attributes({
    name: command,
    tests: totals.total,
    failures: totals.failed,
    errors: totals.timedOut,
    skipped: totals.skipped,
    time: seconds(elapsedMs),
    timestamp: new Date(startedAt).toISOString(),
  });
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites${attributes({ name: "groundswell run", tests: totals.total, failures: totals.failed, errors: totals.timedOut, time: seconds(elapsedMs) })}>`,
    `  <testsuite${counts}>`,
    ...outcomes.flatMap((outcome) => testCase(outcome, command, linesOf.get(outcome.index) ?? [])),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(outcome: RunOutcome, command: string, lastLines: readonly string[]): string[] {
  const { repository, result, durationMs, peakMemoryBytes } = outcome;
  const head = attributes({
    name: repository.name,
    classname: command,
    file: repository.path,
    time: seconds(durationMs),
  });
  const inner: string[] = [];
  if (peakMemoryBytes !== null) {
    const property = attributes({ name: "peakMemoryBytes", value: peakMemoryBytes });
    inner.push(`      <properties><property${property}/></properties>`);
  }
  if (result.kind === "skipped") inner.push(`      <skipped${attributes({ message: resultWords(outcome) })}/>`);
  else if (result.kind !== "ok") {
    const tag = result.kind === "timed-out" ? "error" : "failure";
    const body = lastLines.map(xml).join("\n");
    inner.push(`      <${tag}${attributes({ message: resultWords(outcome), type: result.kind })}>${body}</${tag}>`);
  }
  return inner.length === 0 ? [`    <testcase${head}/>`] : [`    <testcase${head}>`, ...inner, "    </testcase>"];
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) => ` ${name}="${xml(String(value)).replaceAll(/[\n\t]/g, (blank) => entities[blank] ?? blank)}"`,
    )
    .join("");
}

/** A carriage return would be read as a newline; in an attribute, newlines and tabs as blanks. */
const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
  "\n": "&#10;",
  "\t": "&#9;",
};

function xml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(
      // oxlint is right that these are controls: XML has no way to write them.
      /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu,
      (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    )
    .replaceAll(/[&<>"\r]/g, (character) => entities[character] ?? character);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
