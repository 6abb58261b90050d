import { stripVTControlCharacters } from "node:util";
import { expect, test, vi } from "vitest";
import { burstLines, longLine, type NastyCase, nastyCases } from "../support/nasty-cases.ts";
import { nastyArgv } from "../support/program.ts";
import { repositoriesNamed } from "../support/repositories.ts";
import { requires } from "../support/requires.ts";
import { recordedTerminal, type Terminal } from "../support/terminal.ts";
import { until } from "../support/until.ts";
import type { Workspace } from "../support/workspace.ts";
import { steeredExpectations } from "./nasty-expectations.ts";

// The same output as in run-output.test.ts, in a real terminal: it must be left as it was found.

vi.setConfig({ testTimeout: 180_000 });
const allCases = Object.keys(nastyCases);

/** What a program must not change: the alternate screen, the cursor, the mouse, the scroll region, the title. */
const stateFormat =
  "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{scroll_region_upper} #{scroll_region_lower} #{pane_title}";

function inTerminal(dev: Workspace, nastyCase: NastyCase, steeredName: string | null = "{name}") {
  return recordedTerminal(dev, "run", "-o", "stream", "--", ...nastyArgv(nastyCase, steeredName));
}

async function endsWell(tty: Terminal): Promise<string[]> {
  await until(
    async () => /^it ended with 0$/m.test(await tty.screen()),
    () => "it ended with 0",
    120_000,
  );
  const lines = (await tty.history()).trimEnd().split("\n");
  expect(lines.splice(-2)).toEqual([expect.stringMatching(/^(\d) ok of \1 in /), "it ended with 0"]);
  const colored = (await tty.history({ color: true })).trimEnd().split("\n");
  // No colour is left; tmux notes where the last one ended.
  expect(colored.at(-1)?.replace("\u001B[39m", "")).toBe("it ended with 0");
  return lines.map((line) => line.trimEnd());
}

requires("tmux", "perl")(
  "run -o stream in a terminal: no line torn, each with its repository's name, the terminal as it was",
  () => {
    const right = new Set<string>();

    test.each(steeredExpectations)(
      "$nastyCase",
      async ({ nastyCase, whole, begun = whole, seen = [], isBytes, screen }) => {
        await using dev = await repositoriesNamed("one");
        const tty = await inTerminal(dev, nastyCase);
        const one = await dev.program("one");
        const before = await tty.ask(stateFormat);
        for (let left = await one.writeNext(), shown = 0; left > 0; left = await one.writeNext(), shown += 1) {
          const line = seen[shown] ?? null;
          if (line === null) continue;
          await until(
            () => (isBytes ? tty.bytes().includes(line, 0, "latin1") : textOf(tty.bytes()).join("\n").includes(line)),
            () => `${JSON.stringify(line)} is shown\n${dev.story()}`,
          );
        }
        await one.exit(0);
        const expected = (screen ?? begun).map((line) =>
          typeof line === "string" ? `one | ${line}`.trimEnd() : expect.stringMatching(line),
        );
        expect(await endsWell(tty)).toEqual(expected);
        expect(await tty.ask(stateFormat)).toBe(before);
        await tty.close();
        right.add(nastyCase);
      },
    );

    test("colours that are never reset end with their line, and go on in the next", async () => {
      await using dev = await repositoriesNamed("one");
      const tty = await inTerminal(dev, "colours never reset", null);
      await endsWell(tty);
      await tty.close();
      const esc = "\u001B";
      const shown = tty.bytes().toString();
      const lines = [`${esc}[31mred`, `${esc}[31mstill red`, "", `${esc}[31;1;44mbold`, `${esc}[31;1;44;7mthe last`];
      for (const line of lines) expect(shown).toContain(`one |${esc}[39m ${line}${line === "" ? "" : `${esc}[0m`}\r\n`);
    });

    test("long line", async () => {
      await using dev = await repositoriesNamed("one");
      const tty = await inTerminal(dev, "long line", null);
      const lines = await endsWell(tty);
      expect(lines.pop()).toBe("one | after");
      expect(lines.slice(1).filter((line) => !line.startsWith("one | … "))).toEqual([]);
      await tty.close();
      const pieces = textOf(tty.bytes()).filter((line) => line.startsWith("one | ") && line !== "one | after");
      expect(pieces.filter((piece) => piece.length > "one | … ".length + 64 * 1024)).toEqual([]);
      expect(pieces.map((piece) => piece.replace(/^one \| (?:… )?/, "")).join("")).toBe(longLine);
      right.add("long line");
    });

    test("bursts: 200,000 lines on each stream", async () => {
      await using dev = await repositoriesNamed("one");
      const tty = await inTerminal(dev, "bursts", null);
      const lines = await endsWell(tty);
      expect(lines.slice(1).filter((line) => !/^one \| std(?:out|err) \d+$/.test(line))).toEqual([]);
      await tty.close();
      const all = textOf(tty.bytes());
      for (const stream of ["stdout", "stderr"]) {
        const start = `one | ${stream} `;
        const numbers = all.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
        expect(numbers.length).toBe(burstLines);
        expect(numbers.find((number, index) => number !== String(index))).toBe(undefined);
      }
      right.add("bursts");
    });

    test("unread output", async () => {
      await using dev = await repositoriesNamed("one");
      const tty = await inTerminal(dev, "unread output", null);
      await endsWell(tty);
      await tty.close();
      const lines = textOf(tty.bytes()).filter((line) => line.startsWith("one | "));
      expect(lines).toEqual(nastyCases["unread output"][0].split("\n").map((line) => `one | ${line}`));
      right.add("unread output");
    });

    test("late grandchild", async () => {
      await using dev = await repositoriesNamed("one", "two");
      const tty = await inTerminal(dev, "late grandchild");
      const [one, two] = await dev.programs("one", "two");
      await one.writeNext();
      const late = await one.spawnGrandchild();
      await one.exit(0);
      await late.writeNext();
      await tty.shows(/^one \| late 2, without an end$/m);
      await late.exit(0);
      await two.exit(0);
      expect(await endsWell(tty)).toEqual(["one | before", "one | late 1", "one | late 2, without an end"]);
      await tty.close();
      right.add("late grandchild");
    });

    test("all thirteen", () => {
      process.stdout.write(`nasty output, -o stream in a terminal: ${right.size} of ${allCases.length} cases\n`);
      expect([...right].toSorted()).toEqual(allCases.toSorted());
      expect(right.size).toBe(13);
    });
  },
);

/** The lines that reached the terminal, without what steers it: the progress that `run` draws, and takes away, itself. */
function textOf(bytes: Buffer): readonly string[] {
  const text = stripVTControlCharacters(bytes.toString());
  return text.split("\r\n").map((line) => line.slice(line.lastIndexOf("\r") + 1));
}
