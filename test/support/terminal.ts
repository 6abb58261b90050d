import { until } from "./until.ts";
import type { Workspace } from "./workspace.ts";

/** A real terminal of 100 × 30 (tmux) in which a command of groundswell runs. Requires tmux. */
export interface Terminal {
  readonly screen: () => Promise<string>;
  readonly shows: (pattern: RegExp) => Promise<void>;
  readonly press: (key: string) => Promise<void>;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  /** Hangs up. */
  readonly close: () => Promise<void>;
}

/** Afterwards the terminal shows what it ended with, and what is typed. */
export async function terminal(dev: Workspace, name: string, ...args: readonly string[]): Promise<Terminal> {
  const tmux = (command: string) => dev.shell(`exec tmux -S "$PWD/tty" -f /dev/null ${command}`, {}, name, ...args);
  await tmux(
    `new-session -d -x 100 -y 30 sh -c 'trap : INT; "$0" "$@"; echo "it ended with $?"; read forever' "$0" "$@"`,
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
    press: async (key) => void (await tmux(`send-keys ${key}`)),
    resize: async (columns, rows) => void (await tmux(`resize-window -x ${columns} -y ${rows}`)),
    close: async () => void (await tmux("kill-server")),
  };
}
