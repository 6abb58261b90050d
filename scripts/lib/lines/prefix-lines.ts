import { styleText } from "node:util";
import { hasControls, plainLine } from "./plain-line.ts";

const colors = ["cyan", "yellow", "green", "magenta", "blue", "red"] as const;
const resetColors = "\u001B[0m";

/**
 * Makes lines of several services fit for one terminal: each begins with its service's name, padded to the longest, and a bar.
 * Control sequences are taken out; colours stay only with `color`, and end with their line.
 *
 * @param names Of all services that will be written; the order decides on the colours of the prefixes.
 * @returns A function from a service's lines to the text to write, with a newline at its end; no lines give "".
 */
export function prefixLines(
  names: readonly string[],
  options: { readonly color: boolean },
): (name: string, lines: readonly string[]) => string {
  const width = Math.max(0, ...names.map((name) => name.length));
  const prefixOf = (name: string): string => {
    const text = `${name.padEnd(width)} |`;
    const color = colors[Math.max(0, names.indexOf(name)) % colors.length] ?? "cyan";
    return `${options.color ? styleText(color, text, { validateStream: false }) : text} `;
  };
  const prefixes = new Map(names.map((name) => [name, prefixOf(name)]));

  return (name, lines) => {
    const prefix = prefixes.get(name) ?? prefixOf(name);
    let text = "";
    for (const line of lines) {
      text += prefix;
      if (!hasControls(line)) text += `${line}\n`;
      else text += `${withColorsEnded(plainLine(line, options.color))}\n`;
    }
    return text;
  };
}

function withColorsEnded(line: string): string {
  return line.includes("\u001B") ? `${line}${resetColors}` : line;
}
