import { styleText } from "node:util";

const colors = ["cyan", "yellow", "green", "magenta", "blue", "red"] as const;

/** `bar`: the name, padded to the longest, and a bar, so that texts stand below each other. `brackets`: the name in brackets, as our own messages begin. */
export type PrefixStyle = "bar" | "brackets";

/**
 * What stands in front of each line of several sources.
 *
 * @param names Of all sources; the order decides on the colours.
 */
export function linePrefixes(
  names: readonly string[],
  options: Readonly<{ color: boolean; prefix?: PrefixStyle; widthOf?: ((name: string) => number) | undefined }>,
): (name: string) => Buffer {
  const widthOf = options.widthOf ?? ((name: string) => name.length);
  const width = Math.max(0, ...names.map(widthOf));
  return (name) => {
    const text =
      options.prefix === "brackets" ? `[${name}]` : `${name}${" ".repeat(Math.max(0, width - widthOf(name)))} |`;
    const color = colors[Math.max(0, names.indexOf(name)) % colors.length] ?? "cyan";
    return Buffer.from(`${options.color ? styleText(color, text, { validateStream: false }) : text} `);
  };
}
