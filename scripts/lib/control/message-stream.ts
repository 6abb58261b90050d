import type { Duplex } from "node:stream";

/** Messages over a byte stream: one JSON document a line. */
export interface MessageStream<Incoming, Outgoing> {
  send(message: Outgoing): void;
  /** Called for every message, in order; messages that came before the handler was set are kept for it. */
  onMessage(handler: (message: Incoming) => void): void;
  /** Resolves when the other side has gone, whoever closed first. */
  readonly closed: Promise<void>;
  /** Sends what is queued, then closes. */
  end(): Promise<void>;
  /** Whether an open stream keeps the process alive. */
  keepAlive(yes: boolean): void;
}

/** A line longer than this is no message of ours. */
const maxLineLength = 64 * 1024 * 1024;

/** @param isMessage Anything else that comes ends the stream: the other side is none of ours. */
export function messageStream<Incoming, Outgoing>(
  stream: Duplex,
  isMessage: (value: unknown) => value is Incoming,
): MessageStream<Incoming, Outgoing> {
  let handler: ((message: Incoming) => void) | null = null;
  const early: Incoming[] = [];
  let rest = "";
  const closed = new Promise<void>((resolve) => stream.once("close", resolve));
  // A peer that dies is an end like any other: "close" follows.
  stream.on("error", () => {});
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLineLength) stream.destroy();
    for (const line of lines) {
      const message = parse(line);
      if (!isMessage(message)) stream.destroy();
      else if (handler) handler(message);
      else early.push(message);
    }
  });
  return {
    closed,
    send(message) {
      if (!stream.writable) return;
      // A hundred events of one moment leave in one piece.
      if (stream.writableCorked === 0) {
        stream.cork();
        process.nextTick(() => stream.uncork());
      }
      stream.write(`${JSON.stringify(message)}\n`);
    },
    onMessage(next) {
      handler = next;
      for (const message of early.splice(0)) next(message);
    },
    end() {
      stream.end();
      // The peer may never close its half.
      const patience = setTimeout(() => stream.destroy(), 1_000);
      return closed.finally(() => clearTimeout(patience));
    },
    keepAlive(yes) {
      const socket = stream as Duplex & { ref?: () => void; unref?: () => void };
      if (yes) socket.ref?.();
      else socket.unref?.();
    },
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
