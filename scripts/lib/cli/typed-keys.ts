/** Keys that are typed while a picture stands on the terminal. */
export interface TypedKeys {
  /** The shell takes over. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** From then on nothing is read any more. */
  readonly close: () => void;
}

/**
 * Reads keys one by one, unseen. Ctrl-C and Ctrl-Z do what they do anywhere else: the whole process group gets the signal. Where stdin is no
 * terminal nothing is read.
 */
export function typedKeys(stdin: NodeJS.ReadStream, onKey: (key: string) => void): TypedKeys {
  if (!stdin.isTTY) return { pause() {}, resume() {}, close() {} };
  let isOpen = true;
  function take(text: string): void {
    for (const key of text) {
      if (key === "\u0003") process.kill(0, "SIGINT");
      else if (key === "\u001A") process.kill(0, "SIGTSTP");
      else onKey(key);
    }
  }
  function pause(): void {
    stdin.setRawMode(false);
  }
  stdin.setRawMode(true);
  stdin.setEncoding("utf8").on("data", take);
  // A terminal that is gone says so by a signal.
  stdin.on("error", () => {});
  return {
    pause,
    resume() {
      if (isOpen) stdin.setRawMode(true);
    },
    close() {
      isOpen = false;
      pause();
      stdin.off("data", take).pause();
    },
  };
}
