import type { StartEnd, StopReport } from "./event.ts";

/** What a start that stays tells beside the events. */
export type ForegroundNews =
  /** A supervisor was there already: this command is one of its clients. */
  | { readonly kind: "attached" }
  | { readonly kind: "started"; readonly end: StartEnd }
  /** The service whose exit code was asked for. */
  | { readonly kind: "service-ended"; readonly service: string; readonly exitCode: number }
  | { readonly kind: "output-closed" }
  /** What this service writes is not shown any more. */
  | { readonly kind: "log-unreadable"; readonly service: string; readonly errno: string };

/** Why a run in the foreground came to its end. */
export type ForegroundCause =
  /** Everything had ended. */
  | "ended"
  /** Everything had ended, since somebody else stopped it. */
  | "stopped"
  /** The supervisor ended, or was replaced; services live on without this command. */
  | "left"
  | "interrupted"
  | "service-ended"
  | "output-closed"
  /** A bug in what was done beside: it is thrown when all is stopped. */
  | "failed";

export interface ForegroundEnd {
  readonly because: ForegroundCause;
  readonly exitCode: number;
  /** The signal that ended it, null when none did. */
  readonly signal: NodeJS.Signals | null;
  /** What this command stopped at its end; null when it had nothing to stop. */
  readonly report: StopReport | null;
}
