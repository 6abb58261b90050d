import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";

export interface CommandPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Both stdout and stderr are appended here; a pipe would make the bench work while it measures. */
  readonly output: string;
  readonly deadlineMs: number;
}

export interface CommandEnd {
  readonly exitCode: number | null;
  /** From just before the spawn to the moment we learn of its end. */
  readonly ms: number;
  readonly startedAt: bigint;
}

/** Runs a command to its end, or kills it at the deadline and throws. */
export async function runCommand([file = "", ...argv]: readonly string[], place: CommandPlace): Promise<CommandEnd> {
  const output = openSync(place.output, "a");
  const startedAt = process.hrtime.bigint();
  const child = spawn(file, argv, { cwd: place.cwd, env: place.env, stdio: ["ignore", output, output] });
  let isLate = false;
  // Our own child, and not yet reaped: its PID is nobody else's.
  const deadline = setTimeout(() => (isLate = child.kill("SIGKILL")), place.deadlineMs);
  try {
    const [exitCode]: (number | null)[] = await once(child, "exit");
    const ms = Number(process.hrtime.bigint() - startedAt) / 1e6;
    if (isLate) throw new Error(`did not end in ${place.deadlineMs / 1000} s`);
    return { exitCode: exitCode ?? null, ms, startedAt };
  } finally {
    clearTimeout(deadline);
    closeSync(output);
  }
}

/** The same, where only exit code 0 will do. */
export async function mustRun(argv: readonly string[], place: CommandPlace): Promise<CommandEnd> {
  const end = await runCommand(argv, place);
  if (end.exitCode !== 0) throw new Error(`ended with ${end.exitCode ?? "a signal"}`);
  return end;
}
