import type { Event } from "../model/event.ts";
import { expectedStartMs, type PlannedOrder } from "../model/expected-start-ms.ts";
import type { ServiceState } from "../model/service-state.ts";
import { elapsedWords } from "./duration-words.ts";
import { expectedWords, startingEta } from "./eta-words.ts";
import { countWords, listWords } from "./list-words.ts";
import { noteOf } from "./note-of.ts";
import { phaseMark, phaseTint } from "./phase-mark.ts";
import { stateWords } from "./state-words.ts";
import { span, type Span } from "./styled-line.ts";
import { padText } from "./text-width.ts";
import { visibleText } from "./visible-text.ts";

/** What has to be remembered between lines. */
export interface PlainMemory {
  readonly nameWidth: number;
  readonly ports: Readonly<Record<string, readonly number[]>>;
  /** Services being started: since when, and what the last probe said. */
  readonly starting: ReadonlyMap<string, { readonly since: number; readonly probe: string | null }>;
  /** Services that were unhealthy last: being ready again is worth a line of its own. */
  readonly unhealthy: ReadonlySet<string>;
  /** What services usually take to be ready, in milliseconds, by name: those that have a history. */
  readonly usual: ReadonlyMap<string, number>;
  /** The order of the start whose estimate was not told yet, and what of it is up already. */
  readonly order: (PlannedOrder & { readonly up: ReadonlySet<string> }) | null;
  /** Services being stopped that have no process (a task that was done): that they end is not worth a line. */
  readonly idle: ReadonlySet<string>;
}

export const noMemory: PlainMemory = {
  nameWidth: 0,
  ports: {},
  starting: new Map(),
  unhealthy: new Set(),
  usual: new Map(),
  order: null,
  idle: new Set(),
};

/** The lines an event is worth, mostly none or one, and what to remember of it. Pure. */
export function plainLines(
  memory: PlainMemory,
  event: Event,
): { readonly memory: PlainMemory; readonly lines: readonly (readonly Span[])[] } {
  const note = noteOf(event);
  const noteLines = note ? [[span(`${note.level}: `, note.level === "note" ? "faint" : "warn"), span(note.text)]] : [];
  switch (event.type) {
    case "start-planned": {
      const nameWidth = nameWidthOf(event.waves.flat());
      return {
        memory: { ...memory, nameWidth, ports: event.ports ?? {}, order: orderOf(event) },
        lines: [planLine(event), ...noteLines],
      };
    }
    case "wave-started": {
      // Only now it is known what need not be started.
      const eta = etaOf(memory);
      const facts = [span(`  ${listWords(event.services, 12)}`), span(eta === null ? "" : `   all ${eta}`, "faint")];
      return { memory: { ...memory, order: null }, lines: [[span(`wave ${event.wave}`, "strong"), ...facts]] };
    }
    case "service-changed":
      return changed(memory, event.service, event.state, event.at);
    case "service-unchanged":
      return {
        memory: withUp(memory, event.service),
        lines: [
          stateLine(
            memory,
            event.service,
            event.state,
            event.state.phase === "completed" ? "completed already" : "running already",
          ),
        ],
      };
    case "probe-failed": {
      const known = memory.starting.get(event.service);
      if (!known) return { memory, lines: [] };
      const starting = new Map(memory.starting).set(event.service, { ...known, probe: event.message });
      return { memory: { ...memory, starting }, lines: [] };
    }
    case "stop-started":
      return {
        memory: { ...memory, nameWidth: Math.max(memory.nameWidth, nameWidthOf(event.services)) },
        lines: [[span(`stopping ${listWords(event.services, 12)}`)]],
      };
    case "stop-waiting": {
      const children = event.children === 0 ? "" : `, ${countWords(event.children, "child", "children")}`;
      const who = `${event.service} (pid ${event.pid}${children})`;
      return { memory, lines: [[span(`  … waiting for ${who} ${elapsedWords(event.waitedMs)}`)]] };
    }
    default:
      return { memory, lines: noteLines };
  }
}

/** A line for each service that is being started for at least `afterMs`: so that a log shows life, and why it takes long. */
export function stillStarting(memory: PlainMemory, now: number, afterMs: number): readonly (readonly Span[])[] {
  return [...memory.starting]
    .filter(([, { since }]) => now - since >= afterMs)
    .map(([service, { since, probe }]) => [
      span(`  … ${padText(service, memory.nameWidth)}  starting for ${elapsedWords(now - since)}`),
      span(reminderEta(now - since, memory.usual.get(service))),
      span(probe === null ? "" : `: ${visibleText(probe)}`),
    ]);
}

function reminderEta(elapsedMs: number, usualMs: number | undefined): string {
  const eta = startingEta(elapsedMs, usualMs);
  return eta === null ? "" : `, ${eta}`;
}

function orderOf({ strategy, waves, waitsFor }: PlannedOrder): PlainMemory["order"] {
  return { strategy, waves, waitsFor, up: new Set() };
}

function withUp(memory: PlainMemory, service: string): PlainMemory {
  const { order } = memory;
  return order === null ? memory : { ...memory, order: { ...order, up: new Set(order.up).add(service) } };
}

function etaOf({ order, usual }: PlainMemory): string | null {
  if (order === null) return null;
  return expectedWords(expectedStartMs(order, (name) => (order.up.has(name) ? 0 : (usual.get(name) ?? null))));
}

function nameWidthOf(names: readonly string[]): number {
  return Math.min(24, Math.max(0, ...names.map((name) => name.length)));
}

function planLine({ workspace, waves, strategy }: Extract<Event, { type: "start-planned" }>): Span[] {
  const order = {
    waves: ` in ${countWords(waves.length, "wave")}`,
    eager: ", each as soon as its dependencies allow",
    "one-by-one": ", one by one",
  }[strategy];
  return [span(visibleText(workspace), "strong"), span(`: ${countWords(waves.flat().length, "service")}${order}`)];
}

function changed(memory: PlainMemory, service: string, state: ServiceState, at: number): ReturnType<typeof plainLines> {
  const starting = new Map(memory.starting);
  const unhealthy = new Set(memory.unhealthy);
  const idle = new Set(memory.idle);
  const next = { ...memory, starting, unhealthy, idle };
  if (state.phase === "starting") {
    starting.set(service, starting.get(service) ?? { since: at, probe: null });
    return { memory: next, lines: [] };
  }
  if (state.phase !== "backoff") starting.delete(service);
  const wasUnhealthy = unhealthy.delete(service);
  if (state.phase === "unhealthy") unhealthy.add(service);
  const wasIdle = idle.delete(service);
  if (state.phase === "killing" && state.pid === null) idle.add(service);
  if (state.phase === "killed" && wasIdle) return { memory: next, lines: [] };
  // Waiting and being stopped are said for all together.
  if (state.phase === "pending" || state.phase === "killing") return { memory: next, lines: [] };
  const words = wasUnhealthy && state.phase === "ready" ? "healthy again" : stateWords(state);
  return { memory: next, lines: [stateLine(memory, service, state, words)] };
}

function stateLine(memory: PlainMemory, service: string, state: ServiceState, words: string): Span[] {
  const ports = memory.ports[service] ?? [];
  const facts =
    state.phase === "ready" ? `   pid ${state.pid}${ports.length === 0 ? "" : `  port ${listWords(ports, 5)}`}` : "";
  const tint = phaseTint(state.phase);
  return [
    span("  "),
    phaseMark(state.phase),
    span(` ${padText(service, memory.nameWidth)}  `),
    span(words, tint === "good" ? "plain" : tint),
    span(facts, "faint"),
  ];
}
