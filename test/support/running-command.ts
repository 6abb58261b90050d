import { type ChildProcess, spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import { until } from "./until.ts";

export interface Finished {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command as the user runs it, and a promise of its end. */
export interface RunningCommand extends Promise<Finished> {
  readonly pid: number;
  /** What it has printed so far, stdout and stderr. */
  readonly printed: () => { readonly stdout: string; readonly stderr: string };
  /** What it has printed to stdout so far, to the byte. */
  readonly bytes: () => Buffer;
  /** Sends a signal to the command's process group, as the terminal does for Ctrl-C. */
  readonly interrupt: (signal?: NodeJS.Signals) => void;
  /** Waits until stdout or stderr holds what is looked for. */
  readonly says: (pattern: RegExp) => Promise<void>;
  readonly type: (text: string) => void;
  readonly hasEnded: () => boolean;
}

export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether the test types into it; else stdin is empty. */
  readonly interactive: boolean;
}

/** Starts a command in a process group of its own. */
export function runCommandLine({ file, args, cwd, env, interactive }: CommandLine): RunningCommand {
  const child = spawn(file, args, {
    cwd,
    env,
    detached: true,
    stdio: [interactive ? "pipe" : "ignore", "pipe", "pipe"],
  });
  const printed = { stdout: "", stderr: "" };
  const chunks: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  collect(child, "stdout", printed);
  collect(child, "stderr", printed);
  let ended = false;
  const end = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, signal) => {
      ended = true;
      resolve({ exitCode, signal, ...printed });
    });
  });
  const pid = child.pid ?? 0;
  return Object.assign(end, {
    pid,
    printed: () => ({ ...printed }),
    bytes: () => Buffer.concat(chunks),
    interrupt: (signal: NodeJS.Signals = "SIGINT") => {
      if (!ended && child.exitCode === null && child.signalCode === null) process.kill(-pid, signal);
    },
    says: async (pattern: RegExp) => {
      await until(
        () => pattern.test(printed.stdout) || pattern.test(printed.stderr),
        () => `${args.join(" ")} says ${String(pattern)}\n${printed.stdout}\n${printed.stderr}`,
      );
    },
    type: (text: string) => {
      child.stdin?.write(text);
    },
    hasEnded: () => ended,
  });
}

function collect(child: ChildProcess, name: "stdout" | "stderr", into: { stdout: string; stderr: string }): void {
  const decoder = new StringDecoder("utf8");
  child[name]?.on("data", (chunk: Buffer) => {
    into[name] += decoder.write(chunk);
  });
  child[name]?.on("end", () => {
    into[name] += decoder.end();
  });
}
