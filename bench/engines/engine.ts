import type { CommandPlace } from "../measure/run-command.ts";
import type { BenchService, Stack } from "../stacks/stack.ts";
import type { Tool } from "./tool.ts";

/** Something that starts services and stops them: Groundswell, a peer, the floor, the limit. */
export interface Engine extends Tool {
  /** Starts a service only once what it needs is ready. */
  readonly orders: boolean;
  /** Stops what it started, with the grace period of the stack. Else its part ends with the start. */
  readonly stops: boolean;
  /** Its start does not end, so it cannot say when all is ready: its services' own stamps do. */
  readonly staysInForeground: boolean;
  /** Writes what the tool reads. Not measured. */
  prepare(stack: Stack, round: Round): Session;
}

/** One stack in one folder, for one start and one stop. */
export interface Session {
  /** Until everything is ready, as far as the tool can know. Throws when the tool says that it failed. */
  start(): Promise<void>;
  /** Until the tool says that everything has ended. */
  stop(): Promise<void>;
  /** The process that lives beside the services, while they run; null: there is none. */
  residentPid(): number | null;
  /** Where it puts what a service writes. */
  logOf(name: string): string;
  /** Ends what the tool has running besides services. Not measured. */
  close(): Promise<void>;
}

export interface Round {
  /** Absolute and real, and gone after the round. */
  readonly folder: string;
  readonly stamps: string;
  readonly env: Readonly<Record<string, string>>;
  /** A port for the tool itself. */
  readonly toolPort: number;
  readonly deadlineMs: number;
  argvOf(service: BenchService, ...more: readonly string[]): readonly string[];
  /** Where a command of the tool runs; its output is kept in the folder, under `name`. */
  place(name: string, more?: Partial<CommandPlace>): CommandPlace;
  /** Absolute path in the folder. */
  path(file: string): string;
  write(file: string, content: unknown): string;
}
