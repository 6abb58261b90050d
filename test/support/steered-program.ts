import { createInterface } from "node:readline";
import type { Socket } from "node:net";
import { type Census, isAlive, look } from "./processes.ts";
import { until } from "./until.ts";

/** What a program says of itself when it starts. */
export interface Hello extends Census {
  readonly hello: string;
  readonly ppid: number;
  /** Milliseconds on the monotonic clock, comparable between programs. */
  readonly startedAt: number;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

type Message = { readonly stamp: number } & (
  | Hello
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly signal: string }
  | { readonly becameHealthy: number }
  | { readonly ending: true }
);

export interface GrandchildOptions {
  /** A session and group of its own. */
  readonly setsid?: boolean;
  readonly ignoreTerm?: boolean;
  /** Without the marker of its service. */
  readonly wipeEnvironment?: boolean;
  /** Double fork: its parent has ended by the time it runs. */
  readonly orphan?: boolean;
}

/** The test's end of one running program. An order is done when its promise resolves; times are the program's own stamps. */
export class SteeredProgram {
  readonly name: string;
  readonly pid: number;
  readonly ppid: number;
  readonly startTime: string;
  readonly startedAt: number;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Its process group and session when it reported itself. */
  readonly group: number;
  readonly session: number;
  /** The moment before it became healthy the first time, NaN before that: any comparison with it fails. */
  healthyAt = Number.NaN;
  /** When it was about to end by order; NaN before that. */
  endingAt = Number.NaN;
  readonly signals: { readonly signal: string; readonly at: number }[] = [];

  readonly #socket: Socket;
  readonly #waitForProgram: (name: string) => Promise<SteeredProgram>;
  #hasHungUp = false;
  readonly #pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #orders = 0;

  constructor(hello: Hello, socket: Socket, waitForProgram: (name: string) => Promise<SteeredProgram>) {
    this.name = hello.hello;
    this.pid = hello.pid;
    this.ppid = hello.ppid;
    this.startTime = hello.startTime;
    this.startedAt = hello.startedAt;
    this.argv = hello.argv;
    this.env = hello.env;
    this.cwd = hello.cwd;
    const row = look(hello.pid);
    this.group = row?.group ?? 0;
    this.session = row?.session ?? 0;
    this.#socket = socket;
    this.#waitForProgram = waitForProgram;
  }

  /** Listens on its port (if it was given one) and answers 200 from now on. */
  async becomeHealthy(): Promise<number> {
    const at = Number(await this.#order("becomeHealthy"));
    if (Number.isNaN(this.healthyAt)) this.healthyAt = at;
    return at;
  }

  /** Listens on its port and answers 503 from now on. */
  async becomeSick(): Promise<number> {
    return Number(await this.#order("becomeSick"));
  }

  async listen(port: number): Promise<void> {
    await this.#order("listen", { port });
  }

  async closePorts(): Promise<void> {
    await this.#order("closePorts");
  }

  async ignore(signal: NodeJS.Signals): Promise<void> {
    await this.#order("ignore", { signal });
  }

  async print(text: string): Promise<void> {
    await this.#order("print", { text });
  }

  /** Writes `line 0 of NAME` … to stdout; done when all of them are written. */
  async writeLines(count: number): Promise<void> {
    await this.#order("writeLines", { count });
  }

  /** A nasty program's next write; done when whoever reads it has taken all of it. @returns How many are left. */
  async writeNext(): Promise<number> {
    return Number(await this.#order("write"));
  }

  /** From now on it lives on when the test ends; the test's disposal still finds and kills it. */
  async detach(): Promise<void> {
    await this.#order("detach");
  }

  async spawnGrandchild(options: GrandchildOptions = {}): Promise<SteeredProgram> {
    return await this.#waitForProgram(String(await this.#order("spawnGrandchild", { ...options })));
  }

  /** Done when the process is gone. */
  async exit(code: number): Promise<void> {
    this.#send("exit", { code });
    await this.ended();
  }

  /** Kills itself by a signal; done when the process is gone. */
  async die(signal: NodeJS.Signals): Promise<void> {
    this.#send("die", { signal });
    await this.ended();
  }

  isAlive(): boolean {
    return isAlive(this);
  }

  async ended(): Promise<void> {
    await until(
      () => !this.isAlive(),
      () => `${this.name} (pid ${this.pid}) has ended`,
    );
  }

  /** The program's own stamp of the n-th time it got this signal; it must have been told to ignore it. */
  async received(signal: NodeJS.Signals, { count = 1 }: { readonly count?: number } = {}): Promise<number> {
    const wanted = () => this.signals.filter((one) => one.signal === signal)[count - 1];
    return (await until(wanted, () => `${this.name} (pid ${this.pid}) got ${signal}`)).at;
  }

  /** For the rig's server: what came after the hello. */
  take(message: Message): void {
    if ("signal" in message) this.signals.push({ signal: message.signal, at: message.stamp });
    else if ("becameHealthy" in message) this.healthyAt = message.becameHealthy;
    else if ("ending" in message) this.endingAt = message.stamp;
    else if ("id" in message) this.#settle(message);
  }

  /** For the rig's server: the connection is gone. */
  hangUp(): void {
    this.#hasHungUp = true;
    for (const { reject } of this.#pending.values()) reject(this.#goneError());
    this.#pending.clear();
  }

  #goneError(): Error {
    return new Error(`${this.name} (pid ${this.pid}) ended`);
  }

  #settle(message: { id: number } & ({ result: unknown } | { error: string })): void {
    const waiting = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ("error" in message) waiting?.reject(new Error(`${this.name}: ${message.error}`));
    else waiting?.resolve(message.result);
  }

  async #order(order: string, input: Record<string, unknown> = {}): Promise<unknown> {
    // It may still be in the process table: nobody would answer.
    if (this.#hasHungUp) throw this.#goneError();
    return await new Promise<unknown>((resolve, reject) => {
      this.#pending.set(this.#send(order, input), { resolve, reject });
    });
  }

  #send(order: string, input: Record<string, unknown>): number {
    this.#orders += 1;
    this.#socket.write(`${JSON.stringify({ id: this.#orders, order, ...input })}\n`);
    return this.#orders;
  }
}

/** Reads what a program says, a JSON document a line. */
export function readMessages(socket: Socket, onMessage: (message: Message) => void): void {
  const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on("line", (line) => onMessage(JSON.parse(line)));
  // A program that was killed while an order was on its way to it: the socket's own listeners know what to do.
  lines.on("error", () => {});
}
