import type { Wave } from "../model/service.ts";
import { dependencyWords } from "./dependency-words.ts";
import type { Screen } from "./screen.ts";
import { span, type Span, styledLine } from "./styled-line.ts";
import { padText, textWidth } from "./text-width.ts";

/**
 * The graph wave by wave, each service with what it waits for.
 *
 * @returns Lines ending with a newline; long lists go on below themselves.
 */
export function graphText(waves: readonly Wave[], screen: Pick<Screen, "color" | "width">): string {
  if (waves.length === 0) return "There are no services.\n";
  const titles = new Map(waves.flatMap(({ services }) => services.map((service) => [service.name, titleOf(service)])));
  const titleWidth = Math.max(...[...titles.values()].map((title) => title.length));
  const lines = waves.flatMap(({ index, services }): Span[][] => [
    [span(`wave ${index}`, "strong")],
    ...services.flatMap(({ name, dependsOn }) => {
      const [first = [], ...others] = wrapped(dependsOn.map(dependencyWords), screen.width - titleWidth - 6);
      const title = padText(titles.get(name) ?? name, titleWidth);
      const head =
        first.length === 0 ? [] : [span("  ← ", "faint"), span(first.join(", ") + (others.length > 0 ? "," : ""))];
      return [
        [span(`  ${title}`), ...head],
        ...others.map((part, at) => [
          span(" ".repeat(titleWidth + 6)),
          span(part.join(", ") + (at < others.length - 1 ? "," : "")),
        ]),
      ];
    }),
  ]);
  return `${lines.map((line) => styledLine(line, screen)).join("\n")}\n`;
}

function titleOf({ name, type }: Wave["services"][number]): string {
  return type === "task" ? `${name} (task)` : name;
}

/** The words in groups that fit into `width` columns each, with a comma and a blank after each word. */
function wrapped(words: readonly string[], width: number): string[][] {
  const groups: string[][] = [];
  let used = 0;
  for (const word of words) {
    const needed = textWidth(word) + 2;
    if (groups.length === 0 || used + needed > width + 1) {
      groups.push([]);
      used = 0;
    }
    groups.at(-1)?.push(word);
    used += needed;
  }
  return groups;
}
