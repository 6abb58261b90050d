import type { ServiceCommand } from "../model/service.ts";

/** What a probe needs of its surroundings: those of the service it looks at. */
export interface ProbeContext {
  /** Absolute. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly runCommand: RunCommand;
  /** Reads what the service wrote; offset 0 is where this run's part of the log begins. No text: nothing new. */
  readonly readLog: (fromOffset: number) => Promise<{ readonly text: string; readonly nextOffset: number }>;
}

/** Runs a command to its end, and kills it with all its children at the deadline. Never rejects. */
export type RunCommand = (
  command: ServiceCommand,
  options: {
    readonly cwd: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal;
  },
) => Promise<CommandEnd>;

interface CommandEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  /** The last of what it wrote, to stdout and stderr. */
  readonly output: string;
  /** Why it could not be run (ENOENT, …), null when it could. */
  readonly error: string | null;
}
