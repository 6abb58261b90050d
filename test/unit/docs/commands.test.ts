import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commandSummaries } from "../../../scripts/lib/cli/command-summaries.ts";
import { project, readDocument } from "./documents.ts";

const doc = readDocument("docs/commands.md");
const names = commandSummaries.map(({ name }) => name);

/** Every command's own --help, asked in one process: loading each in one of its own would take seconds. */
function helpTexts(): ReadonlyMap<string, string> {
  const program = `
    const texts = {};
    // Each command listens as if it were alone.
    for (const emitter of [process, process.stderr]) emitter.setMaxListeners(0);
    for (const name of ${JSON.stringify(names)}) {
      const { main } = await import("./scripts/core/" + name + ".ts");
      const stdout = { write(text, done) { texts[name] = (texts[name] ?? "") + text; done?.(); return true; }, on() {}, columns: 100 };
      await main(["--help"], { name, version: "", cwd: "", env: {}, stdout, stderr: process.stderr, launcher: "", supervisor: null });
    }
    process.stdout.write(JSON.stringify(texts));`;
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: project,
    encoding: "utf8",
  });
  const texts: Record<string, string> = JSON.parse(printed);
  return new Map(Object.entries(texts));
}

const help = helpTexts();

/** The part of the page below the command's heading. */
function sectionOf(name: string): string {
  return doc.split(/^## /m).find((part) => part.startsWith(`${name}\n`)) ?? "";
}

describe.each(commandSummaries)("$name", ({ name, alias, summary }) => {
  const text = help.get(name) ?? "";

  test("its summary is the overview's, and the page's", () => {
    expect(text.split("\n")[0]).toBe(summary);
    expect(doc).toMatch(new RegExp(String.raw`^\| \[\`${name}\`\]\(#${name}\) +\| ${summary} +\|$`, "m"));
    expect(sectionOf(name)).toContain(alias ?? "");
  });

  test("each of its options is told, and no other", () => {
    const options = [...text.matchAll(/^ {2}(?:-\w, | {4})--([\w-]+)/gm)].map(([, option = ""]) => option);
    const own = options.filter((option) => option !== "help" && option !== "version");
    expect(own.length).toBeGreaterThan(0);
    const told = [...sectionOf(name).matchAll(/^\| `--([\w-]+)/gm)].map(([, option = ""]) => option);
    expect(told.toSorted()).toEqual(own.toSorted());
  });

  test("each of its exit codes is told", () => {
    const codes = [...(text.split("Exit codes:\n")[1] ?? "").matchAll(/^ {2}(\d+) /gm)].map(([, code = ""]) => code);
    // restart shares the table of start_dev.
    const told = sectionOf(name).replace(/Exit codes are those of `start_dev`\./, sectionOf("start_dev"));
    for (const code of codes) expect(told).toMatch(new RegExp(String.raw`\b${code}\b`));
  });
});

test("the launcher knows these commands, and beside them only its own supervisor", () => {
  const list = /const commands = new Map\(\[([^]*?)\]\);/.exec(readDocument("bin/groundswell.js"))?.[1] ?? "";
  const known = new Map([...list.matchAll(/\["(\w+)", "(\w+)"\]/g)].map(([, typed = "", name = ""]) => [typed, name]));
  const expected = commandSummaries.flatMap(({ name, alias }) => [name, ...(alias === null ? [] : [alias])]);
  expect([...known.keys()].toSorted()).toEqual([...expected, "supervisor"].toSorted());
  for (const { name, alias } of commandSummaries) if (alias !== null) expect(known.get(alias)).toBe(name);
});

test("npm has a script for each", () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(readDocument("package.json"));
  for (const name of names) expect(scripts[name]).toBe(`node ${join("bin", "groundswell.js")} ${name}`);
});
