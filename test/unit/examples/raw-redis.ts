import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { until } from "../../support/until.ts";

/** A connection that shows the bytes of RESP as they are (one to a character), where a client library would make them look alike. */
export class RawRedis implements AsyncDisposable {
  readonly #socket: Socket;
  #received = "";
  #isClosed = false;
  #marks = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => (this.#received += chunk.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => (this.#isClosed = true));
  }

  static async connect(port: number): Promise<RawRedis> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    return new RawRedis(socket);
  }

  /** Sends bytes and waits for nothing. */
  write(bytes: string): void {
    this.#socket.write(bytes, "latin1");
  }

  /** The bytes of each command's reply. A PING with a text of its own behind every command marks where its reply ends. */
  async ask(commands: readonly (readonly string[])[]): Promise<readonly string[]> {
    const marks = commands.map(() => `mark-${(this.#marks += 1)}-`);
    this.write(commands.map((command, index) => request(command) + request(["PING", marks[index] ?? ""])).join(""));
    const replies: string[] = [];
    for (const mark of marks) {
      const end = `$${mark.length}\r\n${mark}\r\n`;
      await this.receives((text) => text.includes(end));
      const [reply = "", ...rest] = this.#received.split(end);
      this.#received = rest.join(end);
      replies.push(reply);
    }
    return replies;
  }

  /** Waits until what has arrived and was not taken is as wanted. */
  async receives(isEnough: (text: string) => boolean): Promise<void> {
    await until(
      () => isEnough(this.#received),
      () => `the wanted reply arrives; there is ${JSON.stringify(this.#received)}`,
    );
  }

  /** What has arrived and was not taken. */
  received(): string {
    return this.#received;
  }

  isClosed(): boolean {
    return this.#isClosed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#socket.destroy();
    await once(this.#socket, "close");
  }
}

export function request(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}
