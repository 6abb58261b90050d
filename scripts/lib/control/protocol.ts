import type { Problem } from "../diagnostic/user-error.ts";
import type { Event, StartEnd, StartStrategy, StopReport } from "../model/event.ts";
import type { StateDocument } from "../model/state-document.ts";
import type { PackedServices } from "./packed-services.ts";

/** Raised when a message changes its meaning; fields may be added without. */
export const protocolVersion = 2;

/**
 * What a command asks of the supervisor. A start brings the services file as the command read it, with whole environments: it crosses a private
 * socket only.
 */
export type Request =
  | {
      readonly kind: "start";
      /** `id` of the workspace's paths: the command has worked it out anyway. */
      readonly workspaceId: string;
      readonly file: PackedServices;
      /** Names as the user gave them; empty: all. */
      readonly services: readonly string[];
      /** null: eager or waves as the settings say. */
      readonly strategy: Exclude<StartStrategy, "one-by-one"> | null;
      readonly noDependencies: boolean;
      readonly failFast: boolean;
      /** true: kill everything first. */
      readonly fresh: boolean;
      readonly profiles: readonly string[];
    }
  | {
      readonly kind: "restart";
      readonly workspaceId: string;
      readonly file: PackedServices;
      readonly services: readonly string[];
      readonly profiles: readonly string[];
    }
  /** Brings what runs into line with the file; `dryRun`: only tells what that would mean. Answered as a start is. */
  | {
      readonly kind: "reload";
      readonly workspaceId: string;
      readonly file: PackedServices;
      readonly profiles: readonly string[];
      readonly dryRun: boolean;
    }
  | {
      readonly kind: "stop";
      readonly services: readonly string[];
      readonly force: boolean;
      /** Caps every grace period; null: each its own. */
      readonly timeoutMs: number | null;
      readonly ordered: boolean;
    }
  /** `probe`: ask every service's health now instead of telling the last answer. */
  | { readonly kind: "status"; readonly probe: boolean }
  /** Answered as a status is; after that every event of every operation, until the line is closed. Keeps no supervisor up. */
  | { readonly kind: "follow" };

/** A request that the orchestrator works on. */
export type Order = Exclude<Request, { kind: "status" | "follow" }>;

/** A start or restart answers with its end, a stop with its report, status and follow with the state as it is now. */
export type Answer =
  | { readonly kind: "start"; readonly end: StartEnd }
  | { readonly kind: "stop"; readonly report: StopReport }
  | {
      readonly kind: "status";
      readonly document: StateDocument;
      /** true: a start is about to begin anew what has failed, or nobody has looked yet: how it stands is not the last word. */
      readonly isPreparing?: boolean;
    };

export type ClientMessage =
  | { readonly type: "hello"; readonly protocol: number; readonly version: string }
  | { readonly type: "request"; readonly request: Request }
  /** Ctrl-C at the client: 1 stops what its request started, 2 kills. */
  | { readonly type: "interrupt"; readonly level: 1 | 2 }
  /** Leave the services running and end: another version takes over. */
  | { readonly type: "retire" };

export type ServerMessage =
  | { readonly type: "hello"; readonly protocol: number; readonly version: string; readonly pid: number }
  /** Another process holds the workspace's lock; connect to its socket. */
  | { readonly type: "lock-held" }
  | { readonly type: "event"; readonly event: Event }
  | { readonly type: "answer"; readonly answer: Answer }
  | { readonly type: "error"; readonly problems: readonly [Problem, ...Problem[]]; readonly exitCode: number }
  /** A bug in the supervisor, for the client to show. */
  | { readonly type: "bug"; readonly stack: string };

const clientTypes: readonly ClientMessage["type"][] = ["hello", "request", "interrupt", "retire"];
const serverTypes: readonly ServerMessage["type"][] = ["hello", "lock-held", "event", "answer", "error", "bug"];

/** Both ends are ours and of one version: the type is all that is looked at. */
export function isClientMessage(value: unknown): value is ClientMessage {
  return hasTypeOf(value, clientTypes);
}

export function isServerMessage(value: unknown): value is ServerMessage {
  return hasTypeOf(value, serverTypes);
}

function hasTypeOf(value: unknown, types: readonly string[]): boolean {
  return typeof value === "object" && value !== null && "type" in value && types.includes(String(value.type));
}
