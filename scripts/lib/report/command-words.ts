import type { ServiceCommand } from "../model/service.ts";
import { visibleText } from "./visible-text.ts";

/** A command as one could type it: a shell string as it stands, a list with quotes where they are needed. */
export function commandWords(command: ServiceCommand): string {
  if (command.kind === "shell") return visibleText(command.text.trim().replaceAll(/\s*\n\s*/g, " ⏎ "));
  return command.argv.map(quoted).join(" ");
}

function quoted(argument: string): string {
  const shown = visibleText(argument);
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", String.raw`'\''`)}'`;
}
