import { hash } from "node:crypto";
import { hashedVariables } from "./environment.ts";
import type { ServiceDraft } from "./service-draft.ts";

/**
 * Hashes what the user declared of a service, one hash a key and one over all.
 *
 * Only what is written counts, with variables put in: defaults do not, or a changed tuning variable would restart everything. Of the environment count
 * the declared values (`.env`, `environment`, `env_file`) and the ambient variables the service's strings name, never any other.
 */
export function specHashes(
  draft: ServiceDraft,
  isTask: boolean,
): { readonly specHash: string; readonly specKeys: Readonly<Record<string, string>> } {
  const written: Readonly<Record<string, unknown>> = {
    command: draft.command,
    working_dir: draft.cwd,
    type: isTask ? "task" : null,
    depends_on: orNull(draft.dependsOn.map(withoutSpan)),
    ports: orNull(draft.ports.map(withoutSpan)),
    healthcheck: draft.healthCheck,
    restart: draft.restart?.value ?? null,
    on_unhealthy: draft.onUnhealthy,
    stop_signal: draft.stopSignal,
    stop_grace_period: draft.stopGraceMs,
    start_timeout: draft.startTimeoutMs,
    min_uptime: draft.minUptimeMs,
    profiles: orNull(draft.profiles),
    stdin_open: draft.stdinOpen,
    keep_alive: orNull(draft.keepAlive),
  };
  const keys = Object.entries(written).filter(([, value]) => value !== null);
  for (const [name, value] of hashedVariables(draft.environment, draft.named))
    keys.push([`environment.${name}`, value]);
  const specKeys = Object.fromEntries(
    keys.map(([key, value]) => [key, hashOf(value)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  return { specHash: hashOf(specKeys), specKeys };
}

/** Where something stands makes no difference. */
function withoutSpan(located: object): object {
  return { ...located, span: undefined };
}

function orNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}

/** 16 hex digits; the order of an object's keys makes no difference. */
function hashOf(value: unknown): string {
  return hash("sha256", canonical(value), "hex").slice(0, 16);
}

/** JSON with its keys in order. Loops, not lists: with hundreds of services this is most of the time a start takes before its first spawn. */
function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) text += `${text === "" ? "" : ","}${canonical(item)}`;
    return `[${text}]`;
  }
  const entries = Object.entries(value);
  for (const [key, inner] of entries.length > 1 ? entries.toSorted(byKey) : entries) {
    if (inner !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonical(inner)}`;
  }
  return `{${text}}`;
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
