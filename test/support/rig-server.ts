import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { Census } from "./processes.ts";
import { readMessages, SteeredProgram } from "./steered-program.ts";
import { until } from "./until.ts";

/** Where the programs of one workspace report. Remembers every process that ever did. */
export class RigServer {
  readonly socketPath: string;
  /** Every run of every program, in the order they reported. */
  readonly programs: SteeredProgram[] = [];
  /** Told of every program as soon as it has reported. */
  onProgram: (program: SteeredProgram) => void = () => {};
  readonly #server = createServer((socket) => this.#accept(socket));
  readonly #sockets = new Set<Socket>();

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.socketPath);
    await once(this.#server, "listening");
  }

  /** Hanging up on the programs ends them. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  runsOf(name: string): readonly SteeredProgram[] {
    return this.programs.filter((program) => program.name === name);
  }

  /** The program's n-th run, counted from 1; waits for it. */
  async program(name: string, run: number, story: () => string): Promise<SteeredProgram> {
    return await until(
      () => this.runsOf(name)[run - 1],
      () => `run ${run} of program ${name} has started\n${story()}`,
    );
  }

  census(): readonly Census[] {
    return this.programs.map(({ pid, startTime }) => ({ pid, startTime }));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    let program: SteeredProgram | null = null;
    readMessages(socket, (message) => {
      if ("hello" in message) {
        program = new SteeredProgram(message, socket, (name) => this.program(name, 1, () => ""));
        this.programs.push(program);
        this.onProgram(program);
      } else program?.take(message);
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#sockets.delete(socket);
      program?.hangUp();
    });
  }
}
