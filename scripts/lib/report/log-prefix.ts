import { styleText } from "node:util";
import { padText } from "./text-width.ts";

const colors = ["cyan", "yellow", "green", "magenta", "blue", "red"] as const;

/** What stands before each line of a service when several are shown: "backend  | ", each service in a colour of its own. */
export function logPrefix(name: string, index: number, width: number, color: boolean): string {
  const prefix = `${padText(name, width)} | `;
  return color ? styleText(colors[index % colors.length] ?? "cyan", prefix, { validateStream: false }) : prefix;
}
