import type { Event, StartStrategy } from "../model/event.ts";
import { pidOf, type ServiceState } from "../model/service-state.ts";
import { type Note, noteOf } from "./note-of.ts";
import { countWords } from "./list-words.ts";

/** One row of the board. Times are milliseconds since the epoch. */
export interface BoardService {
  readonly name: string;
  readonly state: ServiceState;
  /** When it began to be started, or stopped; null before. */
  readonly since: number | null;
  /** What the last probe said while it starts, or what is left of it while it stops. */
  readonly detail: string | null;
  /** true: it was ready before this start. */
  readonly unchanged: boolean;
  readonly ports: readonly number[];
  /** What it depends on. */
  readonly needs: readonly string[];
}

/** All that the board shows. */
export interface BoardModel {
  readonly title: string;
  readonly startedAt: number | null;
  /** Names by wave. */
  readonly waves: readonly (readonly string[])[];
  /** false: nobody planned waves (a stop): the rows are one list. */
  readonly hasWaves: boolean;
  readonly services: readonly BoardService[];
  /** Where each name stands in `services`: a list is copied a hundred times faster than a map, and it is with every event. */
  readonly positions: ReadonlyMap<string, number>;
  /** All so far, in order: they are printed above the board, once. */
  readonly notes: readonly Note[];
  readonly strategy: StartStrategy;
  /** What services usually take to be ready, in milliseconds, by name: those that have a history. */
  readonly usual: ReadonlyMap<string, number>;
  readonly doing: "starting" | "stopping" | "ended";
  /** How often Ctrl-C was pressed. */
  readonly presses: 0 | 1 | 2 | 3;
}

export const emptyBoard: BoardModel = {
  title: "",
  startedAt: null,
  waves: [],
  hasWaves: false,
  services: [],
  positions: new Map(),
  notes: [],
  strategy: "waves",
  usual: new Map(),
  doing: "starting",
  presses: 0,
};

/** The board after an event. Pure. */
export function boardModel(model: BoardModel, event: Event): BoardModel {
  const note = noteOf(event);
  const next = note ? { ...model, notes: [...model.notes, note] } : model;
  switch (event.type) {
    case "start-planned":
      return planned(next, event);
    case "service-changed":
      return changed(withRow(next, event.service, event.wave), event.service, event.state, event.at);
    case "service-unchanged":
      return update(withRow(next, event.service, event.wave), event.service, {
        state: event.state,
        unchanged: true,
        detail: null,
      });
    case "probe-failed":
      return update(next, event.service, { detail: event.message });
    case "stop-started": {
      const rows = event.services.reduce((board, name) => stopping(withRow(board, name, 0), name, event.at), next);
      return { ...rows, doing: "stopping", startedAt: rows.startedAt ?? event.at };
    }
    case "stop-waiting":
      return waiting(withRow(next, event.service, 0), event);
    case "stop-finished": {
      const rows = event.report.stopped.reduce((board, name) => stopped(board, name, event), next);
      // A start that was stopped ends with an event of its own.
      return rows.hasWaves ? rows : { ...rows, doing: "ended" };
    }
    case "interrupted":
      return { ...next, presses: event.presses };
    case "start-finished":
      return { ...next, doing: "ended" };
    default:
      return next;
  }
}

function planned(model: BoardModel, event: Extract<Event, { type: "start-planned" }>): BoardModel {
  const rows = event.waves.flat().map((name): BoardService => ({
    name,
    state: { phase: "pending", waitingFor: event.waitsFor[name] ?? [] },
    since: null,
    detail: null,
    unchanged: false,
    ports: event.ports?.[name] ?? [],
    needs: event.waitsFor[name] ?? [],
  }));
  return {
    ...model,
    title: event.workspace,
    startedAt: event.at,
    waves: event.waves,
    strategy: event.strategy,
    hasWaves: true,
    services: rows,
    positions: new Map(rows.map(({ name }, index) => [name, index])),
    doing: "starting",
  };
}

/** A service that the plan did not name gets a row in its wave. */
function withRow(model: BoardModel, name: string, wave: number): BoardModel {
  if (model.positions.has(name)) return model;
  const waves = Array.from({ length: Math.max(model.waves.length, wave + 1) }, (_, index) => model.waves[index] ?? []);
  waves[wave] = [...(waves[wave] ?? []), name];
  const row: BoardService = {
    name,
    state: { phase: "pending", waitingFor: [] },
    since: null,
    detail: null,
    unchanged: false,
    ports: [],
    needs: [],
  };
  const positions = new Map(model.positions).set(name, model.services.length);
  return { ...model, waves, positions, services: [...model.services, row] };
}

/** The row of a service; undefined when the board has none. */
export function rowOf(model: BoardModel, name: string): BoardService | undefined {
  const position = model.positions.get(name);
  return position === undefined ? undefined : model.services[position];
}

function update(model: BoardModel, name: string, change: Partial<BoardService>): BoardModel {
  const position = model.positions.get(name);
  const row = rowOf(model, name);
  if (position === undefined || !row) return model;
  return { ...model, services: model.services.with(position, { ...row, ...change }) };
}

function changed(model: BoardModel, name: string, state: ServiceState, at: number): BoardModel {
  const row = rowOf(model, name);
  const isTrying = state.phase === "starting" || state.phase === "backoff";
  // One clock for all attempts: retries do not set it back.
  const goesOn = isTrying && (row?.state.phase === "starting" || row?.state.phase === "backoff");
  const since = goesOn ? (row?.since ?? at) : state.phase === "pending" ? null : at;
  const detail = goesOn ? (row?.detail ?? null) : null;
  return update(model, name, { state, since, detail, unchanged: false });
}

function stopping(model: BoardModel, name: string, at: number): BoardModel {
  const row = rowOf(model, name);
  return row ? changed(model, name, { phase: "killing", pid: pidOf(row.state), since: at }, at) : model;
}

function stopped(model: BoardModel, name: string, event: Extract<Event, { type: "stop-finished" }>): BoardModel {
  if (rowOf(model, name)?.state.phase !== "killing") return model;
  const forced = event.report.forced.includes(name);
  return changed(model, name, { phase: "killed", forced, at: event.at }, event.at);
}

function waiting(model: BoardModel, event: Extract<Event, { type: "stop-waiting" }>): BoardModel {
  const children = event.children === 0 ? "" : `, ${countWords(event.children, "child", "children")}`;
  const since = event.at - event.waitedMs;
  return update(model, event.service, {
    state: { phase: "killing", pid: event.pid, since },
    since,
    detail: `pid ${event.pid}${children}`,
  });
}
