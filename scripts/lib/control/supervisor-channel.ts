import type { Duplex } from "node:stream";
import { UserError } from "../diagnostic/user-error.ts";
import type { Emit, StartEnd, StopReport } from "../model/event.ts";
import type { StateDocument } from "../model/state-document.ts";
import { messageStream } from "./message-stream.ts";
import {
  type Answer,
  type ClientMessage,
  isServerMessage,
  protocolVersion,
  type Request,
  type ServerMessage,
} from "./protocol.ts";

/** A command's line to a supervisor that has said hello, or was just launched and will. */
export interface SupervisorChannel {
  /** Its hello; rejects with `ChannelLost` when the line closes first. */
  readonly greeting: Promise<Greeting>;
  /** One request at a time. Rejects with the UserError the supervisor found, `LockHeld` or `ChannelLost`. */
  start(request: Request & { readonly kind: "start" | "restart" | "reload" }, emit: Emit): Promise<StartEnd>;
  stop(request: Request & { readonly kind: "stop" }, emit: Emit): Promise<StopReport>;
  status(request: Request & { readonly kind: "status" }): Promise<Told>;
  /**
   * How everything stands, and from then on every event of every operation, until the line is closed. On this line nothing but
   * `status` can be asked afterwards.
   */
  follow(emit: Emit): Promise<Told>;
  /** Ctrl-C: 1 stops what the request started, 2 kills. */
  interrupt(level: 1 | 2): void;
  /** Asks it to end and leave the services running. */
  retire(): void;
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** How everything stands; `isPreparing`: a start is about to begin anew what has failed, or nobody has looked yet. */
export interface Told {
  readonly document: StateDocument;
  readonly isPreparing: boolean;
}

interface Greeting {
  readonly protocol: number;
  readonly version: string;
  readonly pid: number;
}

/** The line closed before the answer came: the supervisor died, or ended just now. */
export class ChannelLost extends Error {
  override readonly name = "ChannelLost";
}

/** The supervisor that was launched found another one's lock. */
export class LockHeld extends Error {
  override readonly name = "LockHeld";
}

export function supervisorChannel(stream: Duplex, version: string): SupervisorChannel {
  const messages = messageStream<ServerMessage, ClientMessage>(stream, isServerMessage);
  const greeted = Promise.withResolvers<Greeting>();
  // Nobody may be listening any more when the line closes.
  greeted.promise.catch(() => {});
  let pending: { readonly emit: Emit; readonly answer: PromiseWithResolvers<Answer> } | null = null;
  let follower: Emit | null = null;
  let refused: Error | null = null;

  function fail(error: Error): void {
    refused ??= error;
    greeted.reject(error);
    pending?.answer.reject(error);
  }

  messages.onMessage((message) => {
    switch (message.type) {
      case "hello":
        return greeted.resolve(message);
      case "lock-held":
        return fail(new LockHeld());
      case "event":
        return (follower ?? pending?.emit)?.(message.event);
      case "answer":
        return pending?.answer.resolve(message.answer);
      case "error":
        return pending?.answer.reject(new UserError(message.problems, message.exitCode));
      case "bug":
        return fail(new Error(`The supervisor met a bug:\n${message.stack}`));
    }
  });
  void failWhenClosed();
  async function failWhenClosed(): Promise<void> {
    await messages.closed;
    fail(new ChannelLost("The supervisor has gone"));
  }
  messages.send({ type: "hello", protocol: protocolVersion, version });

  async function ask(request: Request, emit: Emit): Promise<Answer> {
    if (refused) throw refused;
    const answer = Promise.withResolvers<Answer>();
    pending = { emit, answer };
    messages.send({ type: "request", request });
    try {
      return await answer.promise;
    } finally {
      pending = null;
    }
  }

  return {
    greeting: greeted.promise,
    closed: messages.closed,
    async start(request, emit) {
      const answer = await ask(request, emit);
      if (answer.kind !== "start") throw new Error(`a start was answered with "${answer.kind}"`);
      return answer.end;
    },
    async stop(request, emit) {
      const answer = await ask(request, emit);
      if (answer.kind !== "stop") throw new Error(`a stop was answered with "${answer.kind}"`);
      return answer.report;
    },
    async status(request) {
      return toldBy(await ask(request, () => {}));
    },
    async follow(emit) {
      follower = emit;
      return toldBy(await ask({ kind: "follow" }, emit));
    },
    interrupt: (level) => messages.send({ type: "interrupt", level }),
    retire: () => messages.send({ type: "retire" }),
    close: () => messages.end(),
  };
}

function toldBy(answer: Answer): Told {
  if (answer.kind !== "status") throw new Error(`status was answered with "${answer.kind}"`);
  return { document: answer.document, isPreparing: answer.isPreparing ?? false };
}
