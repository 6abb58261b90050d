import type { Duplex } from "node:stream";
import { messageStream } from "../control/message-stream.ts";
import {
  type Answer,
  type ClientMessage,
  isClientMessage,
  protocolVersion,
  type Request,
  type ServerMessage,
} from "../control/protocol.ts";
import { UserError } from "../diagnostic/user-error.ts";
import type { Event } from "../model/event.ts";
import type { Conductor, Underway } from "./conductor.ts";

/** A command at the other end of a line. */
export interface Client {
  /** Whether it still is to get something: it has just come, or its request is not answered. */
  readonly isWaiting: boolean;
  readonly closed: Promise<void>;
  send(message: ServerMessage): void;
  /** Begins nothing any more, and hangs up. */
  end(): Promise<void>;
}

export interface ClientOptions {
  readonly version: string;
  readonly conductor: Conductor;
  readonly onRetire: () => void;
  /** Told when the client waits for nothing any more. */
  readonly onQuiet: () => void;
}

/** A client that connects and asks nothing keeps nobody up longer than this. */
const askPatienceMs = 2_000;

/**
 * Bytes. A follower that does not read (Ctrl-Z, SIGSTOP) for longer than this lasts is hung up on; it may come again. One that asked for something
 * misses events, and gets its answer.
 */
const mostUnread = 4 * 1024 * 1024;

/** Answers one client: a request at a time, its events as they come, its result last. A client that vanishes cancels nothing. */
export function serveClient(stream: Duplex, { version, conductor, onRetire, onQuiet }: ClientOptions): Client {
  const messages = messageStream<ClientMessage, ServerMessage>(stream, isClientMessage);
  let underway: Underway | null = null;
  let isNew = true;
  let isOpen = true;
  let hasEnded = false;
  const patience = setTimeout(settle, askPatienceMs);

  function settle(): void {
    clearTimeout(patience);
    isNew = false;
    onQuiet();
  }

  function howItStands(): Answer {
    return { kind: "status", document: conductor.document(), isPreparing: conductor.isPreparing };
  }

  async function answer(request: Request): Promise<void> {
    isNew = false;
    clearTimeout(patience);
    try {
      if (request.kind === "status") {
        if (request.probe) await conductor.probeAll();
        return messages.send({ type: "answer", answer: howItStands() });
      }
      if (request.kind === "follow") {
        messages.send({ type: "answer", answer: howItStands() });
        const tell = (event: Event): void => {
          if (stream.writableLength > mostUnread) stream.destroy();
          else messages.sendSoon({ type: "event", event });
        };
        return void messages.closed.then(conductor.hear(tell));
      }
      // Nothing was ever read here: what is on disk tells the client more than we could.
      if (request.kind === "stop" && conductor.isIdle && !conductor.hasStock) return onRetire();
      const begun = conductor.begin(request, (event) => {
        if (stream.writableLength <= mostUnread) messages.sendSoon({ type: "event", event });
      });
      underway = begun;
      messages.send({ type: "answer", answer: await begun.done });
    } catch (error) {
      if (!(error instanceof UserError)) {
        messages.send({ type: "bug", stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
        throw error;
      }
      messages.send({ type: "error", problems: error.problems, exitCode: error.exitCode });
    } finally {
      underway = null;
      onQuiet();
    }
  }

  messages.onMessage((message) => {
    // Nobody would see to it any more. The client sees its line close, and tries again.
    if (hasEnded) return;
    switch (message.type) {
      case "hello":
        return messages.send({ type: "hello", protocol: protocolVersion, version, pid: process.pid });
      case "request":
        return void answer(message.request);
      case "interrupt":
        return underway?.interrupt(message.level);
      case "retire":
        return onRetire();
    }
  });
  void settleWhenClosed();
  async function settleWhenClosed(): Promise<void> {
    await messages.closed;
    isOpen = false;
    settle();
  }
  return {
    get isWaiting() {
      return isOpen && (isNew || underway !== null);
    },
    closed: messages.closed,
    send: (message) => messages.send(message),
    end() {
      hasEnded = true;
      return messages.end();
    },
  };
}
