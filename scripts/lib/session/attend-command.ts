import { runInherited } from "../process/run-inherited.ts";
import { isTerminalForeground } from "../process/terminal-foreground.ts";
import { isEcho } from "./is-echo.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs a command with our terminal to its end, whatever signals come: they are the command's, and where the terminal has not told it, we do. */
export async function attendCommand(...command: Parameters<typeof runInherited>) {
  const received = new Set<NodeJS.Signals>();
  const running = runInherited(...command);
  const pass = (signal: NodeJS.Signals): void => {
    received.add(signal);
    if (isEcho(signal)) return;
    const knowsAlready = signal !== "SIGTERM" && isTerminalForeground();
    if (!knowsAlready) running.signal(signal);
  };
  for (const signal of signals) process.on(signal, pass);
  try {
    return { end: await running.ended, received: received as ReadonlySet<NodeJS.Signals> };
  } finally {
    for (const signal of signals) process.off(signal, pass);
  }
}
