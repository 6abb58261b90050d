import type { ServiceSpec } from "../model/service.ts";
import type { Settings } from "../model/settings.ts";
import { wholeEnvironment } from "./environment.ts";
import { completeHealthCheck } from "./health-check.ts";
import type { ProblemList } from "./problem-list.ts";
import type { ServiceDraft } from "./service-draft.ts";
import { specHashes } from "./spec-hash.ts";

const standardMinUptimeMs = 250;
const taskStartTimeoutMs = 600_000;

/** The services whose completion others wait for: tasks, whether or not they say so. Values name one that waits. */
export function tasksByEdge(drafts: readonly ServiceDraft[]): ReadonlyMap<string, string> {
  const completed = drafts.flatMap(({ name, dependsOn }) =>
    dependsOn.filter(({ condition }) => condition === "completed").map(({ service }) => [service, name] as const),
  );
  return new Map(completed);
}

/** Fills in every default. A service without a usable command gets one that is never run: its problem is in the list. */
export function completeService(
  draft: ServiceDraft,
  tasks: ReadonlyMap<string, string>,
  settings: Settings,
  problems: ProblemList,
): ServiceSpec {
  const waiting = tasks.get(draft.name);
  const isTask = waiting !== undefined || draft.type?.value === "task";
  reportContradictions(draft, waiting, isTask, problems);
  const graceMs = draft.stopGraceMs ?? settings.killTimeoutMs;
  return {
    name: draft.name,
    span: draft.span,
    command: draft.command ?? { kind: "argv", argv: ["false"] },
    cwd: draft.cwd,
    type: isTask ? "task" : "service",
    dependsOn: draft.dependsOn,
    ports: draft.ports.map(({ host, port }) => ({ host, port })),
    healthCheck: completeHealthCheck(draft.healthCheck, { ports: draft.ports, isTask }, settings),
    restart: draft.restart?.value ?? { kind: "no" },
    onUnhealthy: draft.onUnhealthy ?? "report",
    stopSignal: draft.stopSignal ?? "SIGTERM",
    stopGraceMs: settings.killTimeoutIsExplicit ? Math.min(graceMs, settings.killTimeoutMs) : graceMs,
    startTimeoutMs: draft.startTimeoutMs ?? (isTask ? taskStartTimeoutMs : settings.startTimeoutMs),
    minUptimeMs: draft.minUptimeMs ?? standardMinUptimeMs,
    environment: wholeEnvironment(draft.environment, draft.named),
    profiles: draft.profiles,
    stdinOpen: draft.stdinOpen ?? false,
    keepAlive: draft.keepAlive,
    ...specHashes(draft, isTask),
  };
}

function reportContradictions(
  draft: ServiceDraft,
  waiting: string | undefined,
  isTask: boolean,
  problems: ProblemList,
): void {
  if (draft.type?.value === "service" && waiting !== undefined) {
    problems.add(
      "VALUE_INVALID",
      `"${draft.name}" is to be a service, but "${waiting}" waits for it to complete`,
      draft.type.span,
      {
        hint: "Make it type: task, or let the other wait for healthy or started.",
      },
    );
  }
  const policy = draft.restart?.value.kind;
  if (isTask && draft.restart && (policy === "always" || policy === "unless-stopped")) {
    problems.add(
      "VALUE_INVALID",
      `"${draft.name}" is a task: it runs once, restart: ${policy} would never let it complete`,
      draft.restart.span,
      {
        hint: "Use no or on-failure:N.",
      },
    );
  }
}
