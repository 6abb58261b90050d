import { noMemory, plainLines, type PlainMemory, stillStarting } from "./plain-lines.ts";
import type { Reporter } from "./reporter.ts";
import type { Screen } from "./screen.ts";
import { styledLine } from "./styled-line.ts";

/** How often a service that takes long is mentioned. */
const reminderMs = 10_000;

/** A line per thing worth reading, nothing is ever taken back: for pipes, files and CI. */
export function plainReporter(screen: Screen, usual: PlainMemory["usual"] = new Map()): Reporter {
  let memory: PlainMemory = { ...noMemory, usual };
  const write = (lines: ReturnType<typeof stillStarting>): void => {
    if (lines.length === 0) return;
    // Lines are not cut: whoever reads a log wants all of it.
    const look = { width: Number.POSITIVE_INFINITY, color: screen.color };
    screen.write(lines.map((line) => `${styledLine(line, look)}\n`).join(""));
  };
  const reminder = setInterval(() => write(stillStarting(memory, Date.now(), reminderMs)), reminderMs).unref();
  return {
    event(event) {
      const result = plainLines(memory, event);
      memory = result.memory;
      write(result.lines);
    },
    close: () => clearInterval(reminder),
  };
}
