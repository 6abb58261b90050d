import type { Socket } from "node:net";
import type { Session, Wait } from "./command.ts";
import type { Reply } from "./reply.ts";
import { encodeReply, failure } from "./reply.ts";
import type { Request } from "./request-parser.ts";
import { ProtocolError, RequestParser } from "./request-parser.ts";

/** How long a client may take to hang up after it was told to. */
const lingerMs = 1_000;

/** One client: its bytes become requests, answered in order. While it waits for an element, what it sent meanwhile waits too, as in Redis. */
export class Connection {
  readonly session: Session;
  /** The pop this client is blocked in. */
  wait: Wait | null = null;
  readonly #socket: Socket;
  readonly #requests: Request[] = [];
  readonly #run: (connection: Connection, request: Request) => void;

  constructor(socket: Socket, session: Session, run: (connection: Connection, request: Request) => void) {
    this.#socket = socket;
    this.session = session;
    this.#run = run;
    const parser = new RequestParser();
    socket.on("data", (chunk: Buffer) => {
      try {
        parser.push(chunk, (request) => this.#requests.push(request));
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        this.proceed();
        this.answer(failure(error.message));
        this.close();
        return;
      }
      this.proceed();
    });
  }

  /** Runs what has arrived, until nothing is left or the client waits. */
  proceed(): void {
    // One write for a whole pipeline.
    this.#socket.cork();
    while (this.wait === null) {
      const request = this.#requests.shift();
      if (request === undefined) break;
      this.#run(this, request);
    }
    this.#socket.uncork();
  }

  answer(reply: Reply): void {
    if (this.#socket.writable) this.#socket.write(encodeReply(reply, this.session.protocol), "latin1");
  }

  /** Sends what was answered, takes nothing more. */
  close(): void {
    this.#requests.length = 0;
    this.#socket.removeAllListeners("data");
    this.#socket.end();
    // Reading on to the client's own end: closing over unread bytes would make the kernel drop what was just sent.
    this.#socket.resume();
    setTimeout(() => this.#socket.destroy(), lingerMs).unref();
  }
}
