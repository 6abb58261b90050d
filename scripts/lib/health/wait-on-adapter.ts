import { resolve } from "node:path";
import { maskedUrls } from "../model/masked-urls.ts";
import type { ProbeContext } from "./probe-context.ts";
import { probeExec } from "./probe-exec.ts";
import { type Finding, type ProbeLimits, aborted, failure, success } from "./probe-result.ts";
import { untilAborted } from "./until-aborted.ts";

/** Those options of wait-on that we pass; its type declarations lack `proxy: false`. */
interface WaitOnOptions {
  readonly resources: string[];
  readonly timeout: number;
  readonly interval: number;
  readonly window: number;
  readonly simultaneous: number;
  readonly httpTimeout: number;
  readonly tcpTimeout: number;
  readonly proxy: false;
}

/**
 * Waits for resources in the syntax of the package wait-on, up to the time limit. Each gets a call of its own, so that the
 * message can name what is missing. wait-on is loaded with the first call: it costs a third of a second of CPU.
 *
 * Relative paths are relative to the service's folder. `command:` runs in the service's folder and environment, as an exec
 * check does: wait-on would run it in ours, and leave its children behind.
 */
export async function probeByWaitOn(
  resources: readonly string[],
  context: ProbeContext,
  limits: ProbeLimits,
): Promise<Finding> {
  const findings = await Promise.all(resources.map((resource) => probeOne(resource, context, limits)));
  return findings.find((finding) => !finding.ok) ?? success(`all there: ${resources.map(shown).join(", ")}`);
}

async function probeOne(resource: string, context: ProbeContext, limits: ProbeLimits): Promise<Finding> {
  const { timeoutMs, signal } = limits;
  if (resource.startsWith("command:")) {
    return probeExec({ kind: "shell", text: resource.slice("command:".length) }, context, limits);
  }
  const waiting = waitOn({
    resources: [withAbsolutePath(resource, context.cwd)],
    timeout: timeoutMs,
    interval: 50,
    window: 0,
    simultaneous: 1,
    httpTimeout: timeoutMs,
    tcpTimeout: timeoutMs,
    proxy: false,
  });
  // It cannot be called off; what it still does ends with its own timeout.
  const finding = await untilAborted(
    waiting.then(
      () => success(shown(resource)),
      (error: unknown) => waitOnFailure(error, resource, timeoutMs),
    ),
    signal,
  );
  return finding ?? aborted;
}

async function waitOn(options: WaitOnOptions): Promise<void> {
  const { default: run } = await import("wait-on");
  const { proxy, ...others } = options;
  await run(Object.assign(others, { proxy }));
}

function waitOnFailure(error: unknown, resource: string, timeoutMs: number): Finding {
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith("Timed out")
    ? failure("timeout", `not there within ${timeoutMs} ms: ${shown(resource)}`)
    : failure("other", maskedUrls(message));
}

/** A resource as a message names it, which everybody may read: it stays in files. A command line may hold anything. */
function shown(resource: string): string {
  return resource.startsWith("command:") ? "command" : maskedUrls(resource);
}

function withAbsolutePath(resource: string, cwd: string): string {
  if (/^(?:https?|https?-get|tcp):/.test(resource)) return resource;
  const prefix = /^(?:file|socket):/.exec(resource)?.[0] ?? "";
  return `${prefix === "" ? "file:" : prefix}${resolve(cwd, resource.slice(prefix.length))}`;
}
