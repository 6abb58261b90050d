import { stripVTControlCharacters, styleText } from "node:util";
import type { Place, Problem } from "./user-error.ts";

type Style = (format: Parameters<typeof styleText>[0], text: string) => string;

/**
 * A problem as the user sees it: a heading with the code, the place with its line underlined, related places, the hint.
 *
 * @param color Whether to use SGR colours.
 * @returns Lines joined by newlines, without a newline at the end.
 */
export function formatProblem(problem: Problem, color: boolean): string {
  const style: Style = (format, text) => (color ? styleText(format, text, { validateStream: false }) : text);
  const tint = problem.severity === "error" ? "red" : "yellow";
  const lines = [
    `${style(["bold", tint], `${problem.severity}[${problem.code}]`)}${style("bold", `: ${visible(problem.message)}`)}`,
  ];
  if (problem.place) lines.push(...placeLines(problem.place, "", style, tint));
  for (const { place, label } of problem.related) lines.push(...placeLines(place, label, style, "blue"));
  if (problem.hint) lines.push(`${style("cyan", "hint")}: ${visible(problem.hint)}`);
  return lines.join("\n");
}

/** Columns of a source line that are shown. */
const frameWidth = 160;

function placeLines(place: Place, label: string, style: Style, tint: "red" | "yellow" | "blue"): string[] {
  const note = label === "" ? "" : ` (${visible(label)})`;
  const gutter = " ".repeat(String(place.line).length);
  const lines = [`${gutter}${style("blue", "-->")} ${visible(place.file)}:${place.line}:${place.column}${note}`];
  if (!place.frame) return lines;
  // A tab is shown as one blank, so that the underline stays below what it means; of a very long line only the part around it.
  const from = Math.max(0, place.column - 1 - frameWidth / 2);
  const text = visible(place.frame.text.replaceAll("\t", " ")).slice(from, from + frameWidth);
  const marks = `${" ".repeat(place.column - 1 - from)}${"^".repeat(place.frame.underline)}`.slice(0, frameWidth);
  lines.push(
    style("blue", `${gutter} |`),
    `${style("blue", `${place.line} |`)} ${text}`,
    `${style("blue", `${gutter} |`)} ${style(tint, marks)}`,
  );
  return lines;
}

/** What a file or a name contains must not steer the terminal, nor begin a line that looks like one of ours. */
function visible(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll("\n", String.raw`\n`)
    .replaceAll(/[\p{Cc}\u2028-\u202E\u2066-\u2069]/gu, "\uFFFD");
}
