import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ProbeContext, RunCommand } from "../../../scripts/lib/health/probe-context.ts";
import type { HealthCheck, ProbeTiming } from "../../../scripts/lib/model/service.ts";

export const timing: ProbeTiming = { intervalMs: 1_000, timeoutMs: 5_000, retries: 3, startPeriodMs: 0 };

type HttpCheck = Extract<HealthCheck, { kind: "http" }>;

export function httpCheck(url: string, details: Partial<HttpCheck> = {}): HttpCheck {
  return {
    kind: "http",
    url,
    method: "GET",
    headers: {},
    status: [{ from: 200, to: 200 }],
    body: null,
    timing,
    ...details,
  };
}

export function tcpCheck(...targets: { host: string; port: number }[]): HealthCheck {
  return { kind: "tcp", targets, implied: false, timing };
}

export function execCheck(text: string, details: Partial<ProbeTiming> = {}): HealthCheck {
  return { kind: "exec", command: { kind: "shell", text }, timing: { ...timing, ...details } };
}

/** Runs the command as a real process, in a process group that is killed at the deadline or when called off. */
export const runCommand: RunCommand = async (command, { cwd, environment, timeoutMs, signal }) => {
  const [file, ...args] = command.kind === "shell" ? ["sh", "-c", command.text] : command.argv;
  const child = spawn(file, args, { cwd, env: environment, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let error: string | null = null;
  let timedOut = false;
  const kill = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeoutMs);
  signal?.addEventListener("abort", kill, { once: true });
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  child.once("error", (failure: NodeJS.ErrnoException) => (error = failure.code ?? failure.message));
  await once(child, "close").catch(() => once(child, "close"));
  clearTimeout(timer);
  signal?.removeEventListener("abort", kill);
  return { code: child.exitCode, signal: child.signalCode, timedOut, output, error };
};

export function contextOf(details: Partial<ProbeContext> = {}): ProbeContext {
  return {
    cwd: process.cwd(),
    environment: { PATH: process.env["PATH"] ?? "" },
    runCommand,
    readLog: async () => ({ text: "", nextOffset: 0 }),
    ...details,
  };
}
