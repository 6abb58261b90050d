import { styleText } from "node:util";

const colors = ["cyan", "yellow", "green", "magenta", "blue", "red"] as const;

/**
 * What stands in front of each line of several sources: the name, padded to the longest, and a bar.
 *
 * @param names Of all sources; the order decides on the colours.
 */
export function linePrefixes(names: readonly string[], options: { readonly color: boolean }): (name: string) => Buffer {
  const width = Math.max(0, ...names.map((name) => name.length));
  return (name) => {
    const text = `${name.padEnd(width)} |`;
    const color = colors[Math.max(0, names.indexOf(name)) % colors.length] ?? "cyan";
    return Buffer.from(`${options.color ? styleText(color, text, { validateStream: false }) : text} `);
  };
}
