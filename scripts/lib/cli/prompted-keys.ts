import { typedKeys } from "./typed-keys.ts";
import { typeKey } from "./typed-line.ts";

export interface PromptedKeys {
  /** From then on nothing is read any more, and the terminal is as it was. */
  readonly close: () => void;
}

/**
 * Reads keys one by one, of which one asks for a line: it is told as it is typed. Ctrl-C does what it does anywhere else, Ctrl-Z gives the terminal
 * to the shell until this process goes on.
 *
 * @param handlers.words What Tab completes.
 */
export function promptedKeys(
  stdin: NodeJS.ReadStream,
  handlers: {
    readonly promptKey: string;
    readonly words: readonly string[];
    /** Any other key, while no line is being typed. */
    readonly onKey: (key: string) => void;
    /** What is typed so far; null: nothing is any more. */
    readonly onTyping: (text: string | null) => void;
    readonly onLine: (text: string) => void;
  },
): PromptedKeys {
  let typed: string | null = null;

  function take(key: string): void {
    if (typed === null && key !== handlers.promptKey) return handlers.onKey(key);
    const line = typed === null ? ({ kind: "typing", text: "" } as const) : typeKey(typed, key, handlers.words);
    typed = line.kind === "typing" ? line.text : null;
    handlers.onTyping(typed);
    if (line.kind === "entered" && line.text !== "") handlers.onLine(line.text);
  }

  const keys = typedKeys(stdin, take);
  function pause(): void {
    keys.pause();
    process.kill(process.pid, "SIGSTOP");
  }
  function resume(): void {
    keys.resume();
    handlers.onTyping(typed);
  }
  process.on("SIGTSTP", pause).on("SIGCONT", resume);
  return {
    close() {
      process.off("SIGTSTP", pause).off("SIGCONT", resume);
      keys.close();
      if (typed !== null) handlers.onTyping(null);
      typed = null;
    },
  };
}
