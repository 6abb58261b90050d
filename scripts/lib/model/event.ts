import type { ServiceState } from "./service-state.ts";

/** What happens, as data; words are made in report/. `at` is milliseconds since the epoch. */
export type Event =
  /** First event of a start. `waves` lists names; `waitsFor` each service's dependencies. */
  | {
      readonly type: "start-planned";
      readonly at: number;
      readonly workspace: string;
      readonly strategy: StartStrategy;
      readonly waves: readonly (readonly string[])[];
      readonly waitsFor: Readonly<Record<string, readonly string[]>>;
      /** Declared ports of the services that have some. */
      readonly ports?: Readonly<Record<string, readonly number[]>>;
    }
  /** First event of a reload; its start-planned follows. `dryRun`: nothing else will. */
  | { readonly type: "reload-planned"; readonly at: number; readonly diff: ReloadDiff; readonly dryRun: boolean }
  | { readonly type: "wave-started"; readonly at: number; readonly wave: number; readonly services: readonly string[] }
  | { readonly type: "wave-settled"; readonly at: number; readonly wave: number; readonly durationMs: number }
  | {
      readonly type: "service-changed";
      readonly at: number;
      readonly service: string;
      readonly wave: number;
      readonly state: ServiceState;
    }
  /** Sent when the message differs from the one before it. */
  | { readonly type: "probe-failed"; readonly at: number; readonly service: string; readonly message: string }
  /** A service that was running and unchanged: nothing to do. */
  | {
      readonly type: "service-unchanged";
      readonly at: number;
      readonly service: string;
      readonly wave: number;
      readonly state: ServiceState;
    }
  /** Running, and about to be restarted: why. `keys` name what changed in services.yaml or the declared environment. */
  | {
      readonly type: "service-restarting";
      readonly at: number;
      readonly service: string;
      readonly because: "changed" | "unhealthy" | "asked" | "fresh" | "dependency";
      readonly keys: readonly string[];
    }
  /** Follows a failure or timeout: the last lines of this start. */
  | {
      readonly type: "service-diagnosed";
      readonly at: number;
      readonly service: string;
      readonly log: string;
      readonly logTail: readonly string[];
    }
  | { readonly type: "service-adopted"; readonly at: number; readonly service: string; readonly pid: number }
  /** A process of an earlier run of ours that no record named any more, found by its marker or holding a port, was killed. */
  | {
      readonly type: "leftover-killed";
      readonly at: number;
      readonly service: string;
      readonly pid: number;
      readonly port: number | null;
    }
  | { readonly type: "record-damaged"; readonly at: number; readonly file: string; readonly movedTo: string }
  | { readonly type: "operation-queued"; readonly at: number; readonly behind: "start" | "stop" | "restart" }
  | { readonly type: "operation-joined"; readonly at: number }
  | { readonly type: "stop-started"; readonly at: number; readonly services: readonly string[] }
  /** About once a second while processes are still there. */
  | {
      readonly type: "stop-waiting";
      readonly at: number;
      readonly service: string;
      readonly pid: number;
      readonly children: number;
      readonly waitedMs: number;
    }
  | { readonly type: "stop-finished"; readonly at: number; readonly report: StopReport }
  /** Ctrl-C at the command itself: 1 stops what it started, 2 kills, 3 leaves. */
  | { readonly type: "interrupted"; readonly at: number; readonly presses: 1 | 2 | 3 }
  | { readonly type: "start-finished"; readonly at: number; readonly end: StartEnd }
  /** Something the user should know that stops nothing. `code` is stable; `message` is complete. */
  | { readonly type: "warning"; readonly at: number; readonly code: string; readonly message: string };

export type Emit = (event: Event) => void;

/** waves: a barrier after each wave. eager: each service as soon as its own dependencies hold. one-by-one: toposort's order, one at a time. */
export type StartStrategy = "waves" | "eager" | "one-by-one";

/** What a services file changes of what runs. */
export interface ReloadDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly {
    readonly service: string;
    /** Keys of services.yaml, or `environment.NAME`. Values as they may be shown, secrets masked; null: the key is not there, or its value is not known any more. */
    readonly changes: readonly {
      readonly key: string;
      readonly before: string | null;
      readonly after: string | null;
    }[];
  }[];
  /** How many services of the file are as they were. */
  readonly unchanged: number;
}

/** How one service stood when a start ended. `startupMs`: from its first spawn to ready, null when it did not become ready in this start. */
export interface ServiceEnd {
  readonly name: string;
  readonly wave: number;
  readonly state: ServiceState;
  readonly startupMs: number | null;
  /** true: it was ready before this start began. */
  readonly unchanged: boolean;
  /** The URL of its http check, null where it has none. */
  readonly url: string | null;
}

/** The end of a start. Exit code 0: all ready or completed; 2: some; 1: none; 130: stopped while starting. */
export interface StartEnd {
  readonly exitCode: 0 | 1 | 2 | 130;
  readonly durationMs: number;
  readonly services: readonly ServiceEnd[];
  /** The longest path through the graph, by the start-up times measured now; null when nothing was started. */
  readonly criticalPathMs: number | null;
  /** The sum of the start-up times: what one by one would have taken. */
  readonly oneByOneMs: number | null;
}

export interface Survivor {
  readonly service: string;
  readonly pid: number;
  readonly command: string;
}

/** The end of a stop. `ok`: no process of ours is left. */
export interface StopReport {
  readonly ok: boolean;
  readonly durationMs: number;
  /** Names of what was stopped; empty when nothing ran. */
  readonly stopped: readonly string[];
  /** Names that needed SIGKILL. */
  readonly forced: readonly string[];
  readonly survivors: readonly Survivor[];
  /** Declared ports that strangers hold now: a note, no failure. */
  readonly strangers: readonly { readonly service: string; readonly port: number; readonly pid: number | null }[];
}
