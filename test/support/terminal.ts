import { readFileSync } from "node:fs";
import { until } from "./until.ts";
import type { Workspace } from "./workspace.ts";

/** A real terminal of 100 × 30 (tmux) in which a command of groundswell runs. Requires tmux. */
export interface Terminal {
  readonly screen: () => Promise<string>;
  /** All that was shown (of very much, the end), lines that did not fit in one again; with colours, as escape sequences. */
  readonly history: (options?: { readonly color: boolean }) => Promise<string>;
  /** What tmux knows of it: `#{alternate_on}`, `#{pane_title}`. */
  readonly ask: (format: string) => Promise<string>;
  readonly shows: (pattern: RegExp) => Promise<void>;
  readonly press: (key: string) => Promise<void>;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  /** Hangs up. */
  readonly close: () => Promise<void>;
}

/** Afterwards the terminal shows what it ended with, and what is typed. */
export async function terminal(dev: Workspace, name: string, ...args: readonly string[]): Promise<Terminal> {
  return await open(dev, "", [name, ...args]);
}

/** The same, with every byte that has reached it so far. */
export async function recordedTerminal(
  dev: Workspace,
  name: string,
  ...args: readonly string[]
): Promise<Terminal & { readonly bytes: () => Buffer }> {
  // In one command: nothing of the terminal is read before it has been carried out.
  const opened = await open(dev, String.raw`\; pipe-pane "cat > tty.bytes"`, [name, ...args]);
  return { ...opened, bytes: () => readFileSync(dev.path("tty.bytes")) };
}

async function open(
  dev: Workspace,
  furtherCommand: string,
  [name = "", ...args]: readonly string[],
): Promise<Terminal> {
  const tmux = (command: string) => dev.shell(`exec tmux -S "$PWD/tty" -f /dev/null ${command}`, {}, name, ...args);
  await tmux(
    `new-session -d -x 100 -y 30 sh -c 'trap : INT; "$0" "$@"; echo "it ended with $?"; read forever' "$0" "$@" ${furtherCommand}`,
  );
  const screen = async (): Promise<string> => (await tmux("capture-pane -p")).stdout;
  return {
    screen,
    async shows(pattern) {
      let seen = "";
      await until(
        async () => {
          seen = await screen();
          return pattern.test(seen);
        },
        () => `the terminal shows ${pattern}:\n${seen}`,
      );
    },
    history: async ({ color } = { color: false }) =>
      (await tmux(`capture-pane -p -J -S - ${color ? "-e" : ""}`)).stdout,
    ask: async (format) => (await tmux(`display-message -p '${format}'`)).stdout.trimEnd(),
    press: async (key) => void (await tmux(`send-keys ${key}`)),
    resize: async (columns, rows) => void (await tmux(`resize-window -x ${columns} -y ${rows}`)),
    close: async () => void (await tmux("kill-server")),
  };
}
