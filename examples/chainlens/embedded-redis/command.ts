import type { Keyspace } from "./keyspace.ts";
import type { Protocol, Reply } from "./reply.ts";

/** What a connection has chosen for itself. */
export interface Session {
  readonly id: number;
  protocol: Protocol;
  name: string;
}

/** What the server knows about itself, for INFO. */
export interface ServerFacts {
  readonly port: number;
  readonly startedAt: number;
  connections: number;
  /** Clients that wait in a blocking pop. */
  readonly blocked: number;
  commands: number;
}

/** Wait for an element of one of the lists: what BLPOP and BRPOP answer when all are empty. */
export interface Wait {
  readonly kind: "wait";
  readonly keys: readonly string[];
  readonly end: "left" | "right";
  /** 0: for ever. */
  readonly timeoutMs: number;
}

/** Answer, then close the connection. */
export interface Goodbye {
  readonly kind: "goodbye";
  readonly reply: Reply;
}

export interface CommandInput {
  readonly args: readonly string[];
  readonly keyspace: Keyspace;
  readonly session: Session;
  readonly facts: ServerFacts;
}

export interface Command {
  /** As Redis counts: the name included; negative means "at least". */
  readonly arity: number;
  readonly run: (input: CommandInput) => Reply | Wait | Goodbye;
}
