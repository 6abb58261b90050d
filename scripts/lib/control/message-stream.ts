import type { Duplex } from "node:stream";

/** Messages over a byte stream: one JSON document a line. */
export interface MessageStream<Incoming, Outgoing> {
  send(message: Outgoing): void;
  /** As `send`, but it may take some milliseconds: messages of one moment leave in one piece. What is sent after it never overtakes it. */
  sendSoon(message: Outgoing): void;
  /** Called for every message, in order; messages that came before the handler was set are kept for it. */
  onMessage(handler: (message: Incoming) => void): void;
  /** Resolves when the other side has gone, whoever closed first. */
  readonly closed: Promise<void>;
  /** Sends what is queued, then closes. */
  end(): Promise<void>;
  /** Whether an open stream keeps the process alive. */
  keepAlive(yes: boolean): void;
}

/** Less than anybody sees on a screen. A write costs as much as a tenth of a spawn. */
const soonMs = 8;

/** A line longer than this is no message of ours. */
const maxLineLength = 64 * 1024 * 1024;

/** @param isMessage Anything else that comes ends the stream: the other side is none of ours. */
export function messageStream<Incoming, Outgoing>(
  stream: Duplex,
  isMessage: (value: unknown) => value is Incoming,
): MessageStream<Incoming, Outgoing> {
  let handler: ((message: Incoming) => void) | null = null;
  const early: Incoming[] = [];
  let flushTimer: NodeJS.Timeout | null = null;

  function write(message: Outgoing): void {
    if (stream.writable) stream.write(`${JSON.stringify(message)}\n`);
  }

  function flush(): void {
    if (flushTimer === null) return;
    clearTimeout(flushTimer);
    flushTimer = null;
    stream.uncork();
  }

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
      write(message);
      flush();
    },
    sendSoon(message) {
      if (stream.writable && flushTimer === null) {
        stream.cork();
        flushTimer = setTimeout(flush, soonMs);
      }
      write(message);
    },
    onMessage(next) {
      handler = next;
      for (const message of early.splice(0)) next(message);
    },
    end() {
      flush();
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
