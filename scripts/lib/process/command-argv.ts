import type { ServiceCommand } from "../model/service.ts";
import { isSimpleCommand } from "./simple-shell.ts";

/** What is executed for a command: a list as it stands; a string by /bin/sh, which gives way to the program where it is a single one. */
export function commandArgv(command: ServiceCommand): readonly [string, ...string[]] {
  if (command.kind === "argv") return command.argv;
  return ["/bin/sh", "-c", isSimpleCommand(command.text) ? `exec ${command.text.trim()}` : command.text];
}
