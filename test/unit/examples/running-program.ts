import { spawn } from "node:child_process";
import { join } from "node:path";
import { freePort } from "../../support/free-port.ts";
import { until } from "../../support/until.ts";

export const project = join(import.meta.dirname, "../../..");

/** A program of the sample stack, as a real process. */
export interface RunningProgram extends AsyncDisposable {
  readonly pid: number;
  /** What it has printed so far, both streams. */
  readonly log: () => string;
  readonly says: (pattern: RegExp) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export type StackPorts = Readonly<Record<"redis" | "backend" | "worker" | "frontend" | "monitor", number>>;

export function stackPorts(): StackPorts {
  return { redis: freePort(), backend: freePort(), worker: freePort(), frontend: freePort(), monitor: freePort() };
}

/** The environment services.yaml gives to every program of the stack. */
export function stackEnvironment(ports: StackPorts): Record<string, string> {
  const variables = Object.entries(ports).map(([name, port]) => [`CHAINLENS_${name.toUpperCase()}_PORT`, String(port)]);
  return Object.fromEntries(variables);
}

/** Starts `node FLAGS examples/chainlens/NAME.ts`, or Vite for the frontend. */
export function startProgram(
  name: keyof StackPorts,
  env: Readonly<Record<string, string>>,
  nodeFlags: readonly string[] = [],
): RunningProgram {
  const port = env["CHAINLENS_FRONTEND_PORT"] ?? "";
  const vite = ["node_modules/vite/bin/vite.js", "examples/chainlens/frontend", "--configLoader=native"];
  const argv =
    name === "frontend"
      ? [...vite, "--host=127.0.0.1", `--port=${port}`, "--strictPort"]
      : [`examples/chainlens/${name}.ts`];
  const child = spawn(process.execPath, [...nodeFlags, ...argv], {
    cwd: project,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", NODE_DISABLE_COLORS: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  const { promise: ended, resolve } = Promise.withResolvers<Awaited<RunningProgram["ended"]>>();
  child.once("close", (code, signal) => resolve({ code, signal }));
  return {
    pid: child.pid ?? 0,
    log: () => printed,
    says: async (pattern) => {
      await until(
        () => pattern.test(printed),
        () => `${name} says ${String(pattern)}\n${printed}`,
      );
    },
    kill: (signal) => void child.kill(signal),
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
