import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ServiceState } from "../../../scripts/lib/model/service-state.ts";
import { type Occurrence, transition } from "../../../scripts/lib/orchestrator/transition.ts";
import { project, readDocument } from "./documents.ts";

const doc = readDocument("docs/architecture.md");

const evidence = { attempts: 1, lastProbe: null, listening: [] };
const exited = { kind: "exited", code: 1, beforeReady: true } as const;
const asFound: ServiceState = { phase: "ready", pid: 9, startedAt: 1, startupMs: 2 };

/** One of each: a phase or occurrence that is missing here fails the type check. */
const states: { readonly [P in ServiceState["phase"]]: Extract<ServiceState, { phase: P }> } = {
  pending: { phase: "pending", waitingFor: [] },
  starting: { phase: "starting", pid: 7, attempt: 1, startedAt: 1, deadline: 2 },
  ready: { phase: "ready", pid: 7, startedAt: 1, startupMs: 5 },
  unhealthy: { phase: "unhealthy", pid: 7, startedAt: 1, startupMs: 5, lastProbe: "" },
  backoff: { phase: "backoff", until: 3, attempt: 1, last: exited },
  failed: { phase: "failed", reason: exited, evidence },
  timeout: { phase: "timeout", deadlineMs: 6, evidence },
  killing: { phase: "killing", pid: 7, since: 4 },
  killed: { phase: "killed", forced: false, at: 5 },
  completed: { phase: "completed", startupMs: 5, at: 5 },
  skipped: { phase: "skipped", because: { dependency: "db", condition: "healthy", found: "failed" } },
};
const occurrences: { readonly [T in Occurrence["type"]]: Extract<Occurrence, { type: T }> } = {
  planned: { type: "planned", waitingFor: [] },
  spawned: { type: "spawned", pid: 8, attempt: 2, at: 6, deadline: 7 },
  adopted: { type: "adopted", state: asFound },
  healthy: { type: "healthy", startupMs: 6 },
  sick: { type: "sick", lastProbe: "refused" },
  completed: { type: "completed", startupMs: 6, at: 6 },
  failed: { type: "failed", reason: exited, evidence },
  retry: { type: "retry", until: 6, attempt: 1, last: exited },
  deadline: { type: "deadline", deadlineMs: 6, evidence },
  skipped: { type: "skipped", because: { dependency: "db", condition: "healthy", found: "failed" } },
  "stop-asked": { type: "stop-asked", at: 6 },
  survived: { type: "survived", at: 6, why: "it could not be stopped" },
  lost: { type: "lost" },
  stopped: { type: "stopped", forced: true, at: 6 },
};

/** The arrows of the drawing: a phase stands at the beginning of the first of its lines. */
function drawnArrows(): readonly string[] {
  const drawing = /<!-- states:begin -->([^]*?)<!-- states:end -->/.exec(doc)?.[1] ?? "";
  let from = "";
  return drawing.split("\n").flatMap((line) => {
    const [, phase, occurrence, to] = /^(\w+)? ?[─┬├└ ]+ ([\w-]+) ─+▶ (\(as found\)|\w+)/.exec(line) ?? [];
    from = phase ?? from;
    return occurrence === undefined ? [] : [`${from} ${occurrence} ${to === "(as found)" ? asFound.phase : to}`];
  });
}

test("the drawing of the states has every arrow there is, and no other", () => {
  const real = Object.values(states).flatMap((state) =>
    Object.values(occurrences).flatMap((occurrence) => {
      const next = transition(state, occurrence);
      return next === null ? [] : [`${state.phase} ${occurrence.type} ${next.phase}`];
    }),
  );
  expect(drawnArrows().toSorted()).toEqual(real.toSorted());
});

describe("the rooms", () => {
  const folders = readdirSync(join(project, "scripts/lib"), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );

  test.each(folders.map(({ name }) => name))("%s has its row, on the floor lint gives it", (room) => {
    const rows = doc.split("\n").filter((line) => line.startsWith("|") && line.includes(`\`${room}/\``));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(new RegExp(String.raw`^\| ${floorOf(room)} `));
  });
});

/** As .oxlintrc.json has it: its messages begin with the floor. */
function floorOf(room: string): string {
  const { overrides }: { overrides: { files: string[]; rules: object }[] } = JSON.parse(readDocument(".oxlintrc.json"));
  const override = overrides.find(({ files }) => files.some((glob) => new RegExp(`[{,]${room}[},]`).test(glob)));
  return /floor (\d)/.exec(JSON.stringify(override))?.[1] ?? "none";
}
