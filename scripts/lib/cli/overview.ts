import { twoColumns } from "./help-text.ts";

/** What `groundswell --help` shows: every command with its summary. Lines ending with a newline. */
export function overview(commands: readonly { readonly name: string; readonly summary: string }[]): string {
  return `Brings your whole development environment up in waves, keeps it up, and takes it down without leaving anything behind.

Usage: groundswell <command> [options]

Commands:
${twoColumns(
  commands.map(({ name, summary }) => [name, summary]),
  100,
)}

Options:
  -h, --help  show this help
  --version   show the version

"groundswell <command> --help" tells more about one of them.
`;
}
