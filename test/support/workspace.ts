import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { type Census, isAlive, killForSure, processesOf, type SeenProcess } from "./processes.ts";
import { RigServer } from "./rig-server.ts";
import { runFolder, workerFolder } from "./run-folder.ts";
import { runCommandLine, type RunningCommand } from "./running-command.ts";
import type { StatusDocument, StatusRow } from "./status-document.ts";
import { describeProcess, tellStory } from "./story.ts";
import type { SteeredProgram } from "./steered-program.ts";
import { until } from "./until.ts";

const ownBin = join(import.meta.dirname, "../../bin/groundswell.js");

export interface WorkspaceOptions {
  /** Added to the environment of every command. */
  readonly env?: Readonly<Record<string, string>>;
  /** Name of the workspace's folder, with slashes for a deep one. Default: "workspace". */
  readonly folder?: string;
  /** Further files, by path relative to the workspace. */
  readonly files?: Readonly<Record<string, string>>;
  /** The launcher to run, and the Node to run it with. Default: this checkout's, and the tests' own. */
  readonly bin?: string;
  readonly node?: string;
  /** true: the test means to leave processes running at its end. */
  readonly leavesProcesses?: boolean;
  /** true: the test tells the story of a failure itself. */
  readonly tellsStory?: boolean;
}

/** A temporary folder with a services.yaml, and what a test needs to use it as a user would. */
export async function workspace(yaml: string, options: WorkspaceOptions = {}): Promise<Workspace> {
  const made = new Workspace(options);
  made.write("services.yaml", yaml);
  for (const [path, text] of Object.entries(options.files ?? {})) made.write(path, text);
  await made.open();
  return made;
}

export class Workspace implements AsyncDisposable {
  /** The real path of the folder of services.yaml. */
  readonly root: string;
  readonly #folder = mkdtempSync(join(runFolder(), "w-"));
  readonly #rig = new RigServer(join(this.#folder, "rig"));
  readonly #options: WorkspaceOptions;
  readonly #commands: { readonly line: string; readonly command: RunningCommand }[] = [];
  #story = "";
  #disposal: Promise<void> | null = null;
  #leftBehind: readonly SeenProcess[] = [];

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    const root = join(this.#folder, options.folder ?? "workspace");
    mkdirSync(root, { recursive: true });
    this.root = realpathSync(root);
  }

  async open(): Promise<void> {
    await this.#rig.listen();
    // After the test's own end: a test that hangs is cleaned up too, and one that failed shows its own error, not what it left.
    onTestFinished(async ({ task }) => {
      await this[Symbol.asyncDispose]();
      const hasFailed = task.result?.state === "fail";
      if (hasFailed && !this.#options.tellsStory) process.stderr.write(`${this.#story}\n`);
      if (!hasFailed && this.#leftBehind.length > 0 && !this.#options.leavesProcesses) {
        throw new Error(`The test left processes behind:\n${this.#leftBehind.map(describeProcess).join("\n")}`);
      }
    });
  }

  /** Runs a command of groundswell to its end; the promise also takes signals. */
  run(name: string, ...args: readonly string[]): RunningCommand {
    return this.#command([name, ...args], {});
  }

  /** As `run`, with further environment variables. */
  runWith(env: Readonly<Record<string, string>>, name: string, ...args: readonly string[]): RunningCommand {
    return this.#command([name, ...args], { env });
  }

  /** As `run`, in a folder below the workspace. */
  runIn(folder: string, name: string, ...args: readonly string[]): RunningCommand {
    return this.#command([name, ...args], { folder });
  }

  /** Runs a command the test types into. */
  spawn(name: string, ...args: readonly string[]): RunningCommand {
    return this.#command([name, ...args], { interactive: true });
  }

  /** Runs a command of groundswell from a shell script, where it is `"$0" "$@"`. */
  shell(
    script: string,
    env: Readonly<Record<string, string>>,
    name: string,
    ...args: readonly string[]
  ): RunningCommand {
    return this.#command([name, ...args], { env, script });
  }

  /** Steers every program that reports itself from now on. */
  whenever(steer: (program: SteeredProgram) => void): void {
    this.#rig.onProgram = steer;
  }

  /** Waits for the n-th run of a steered program, counted from 1. */
  async program(name: string, { run = 1 }: { readonly run?: number } = {}): Promise<SteeredProgram> {
    return await this.#rig.program(name, run, () => this.story());
  }

  /** Waits until so many programs have reported themselves, whichever they are. @param position From 0. */
  async nthProgram(position: number): Promise<SteeredProgram> {
    return await until(
      () => this.started()[position],
      () => `a program ${position + 1} runs\n${this.story()}`,
    );
  }

  /** Waits for the first run of several programs. */
  async programs<const Names extends readonly string[]>(
    ...names: Names
  ): Promise<{ -readonly [Index in keyof Names]: SteeredProgram }>;
  async programs(...names: readonly string[]): Promise<readonly SteeredProgram[]> {
    return await Promise.all(names.map((name) => this.program(name)));
  }

  /** Every run of every program, in the order they reported themselves. */
  started(): readonly SteeredProgram[] {
    return this.#rig.programs;
  }

  runsOf(name: string): readonly SteeredProgram[] {
    return this.#rig.runsOf(name);
  }

  /** Whether the program has reported itself, or a process of it exists that has not come to that yet. */
  async hasStarted(name: string): Promise<boolean> {
    const isProcessOf = ({ command }: SeenProcess) => `${command} `.includes(`steered-program.mjs ${name} `);
    return this.strays().some(isProcessOf) || this.runsOf(name).length > 0;
  }

  /** Every process that any program ever reported and that still lives. */
  census(): readonly Census[] {
    return this.#rig.census().filter(isAlive);
  }

  /** Every live process that belongs here by its working directory or environment, whoever started it; not the commands this test runs. */
  strays(): readonly SeenProcess[] {
    const commands = new Set(this.#commands.map(({ command }) => command.pid));
    return processesOf(this.root, this.#rig.socketPath).filter(({ pid }) => !commands.has(pid));
  }

  /** The resident processes of this workspace. */
  supervisors(): readonly SeenProcess[] {
    return this.strays().filter(
      ({ command }) => /\bsupervisor\b/.test(command) && !command.includes("steered-program"),
    );
  }

  /** The one supervisor; waits for it. */
  async supervisor(): Promise<SeenProcess> {
    return await until(
      () => this.supervisors()[0],
      () => `a supervisor runs\n${this.story()}`,
    );
  }

  async status(): Promise<StatusDocument> {
    const { stdout, stderr } = await this.run("status", "--json");
    if (stdout === "") throw new Error(`status --json printed nothing on stdout:\n${stderr}`);
    return JSON.parse(stdout);
  }

  async statusOf(service: string): Promise<StatusRow> {
    const { services } = await this.status();
    const row = services.find(({ name }) => name === service);
    if (!row) throw new Error(`status has no service ${service}: ${JSON.stringify(services)}`);
    return row;
  }

  /** Stops everything as a user does, and checks that nothing is left: neither a service nor a supervisor. */
  async stopAll(): Promise<void> {
    const end = await this.run("stop");
    const survivors = this.census().map(({ pid }) => pid);
    expect({ exitCode: end.exitCode, survivors }, this.story()).toEqual({ exitCode: 0, survivors: [] });
    await this.nothingIsLeft();
  }

  /** Waits until no process belongs here any more. A supervisor ends a moment after its last client has its last event. */
  async nothingIsLeft(withinMs?: number): Promise<void> {
    await until(
      () => this.strays().length === 0,
      () => `nothing is left\n${this.story()}`,
      withinMs,
    );
  }

  /** SIGKILL for the supervisor; done when it is gone. */
  async killSupervisor(): Promise<SeenProcess> {
    const supervisor = await this.supervisor();
    killForSure(supervisor);
    await until(() => !isAlive(supervisor), "the killed supervisor is gone");
    return supervisor;
  }

  /** Removes everything the product has written down: what still runs is known to nobody. */
  forget(): void {
    for (const folder of ["pids", ".groundswell"]) rmSync(this.path(folder), { recursive: true, force: true });
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  read(...parts: readonly string[]): string {
    return readFileSync(this.path(...parts), "utf8");
  }

  has(...parts: readonly string[]): boolean {
    return existsSync(this.path(...parts));
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  /** Paths of the open files of a process. */
  descriptorsOf(pid: number): readonly string[] {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  }

  /** What happened so far, for a human who reads of a failure. */
  story(): string {
    return tellStory(this.root, this.#commands, this.strays());
  }

  /** Ends every process of the test, and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await (this.#disposal ??= this.#dispose());
  }

  async #dispose(): Promise<void> {
    if (!this.#options.leavesProcesses) await this.nothingIsLeft(3_000).catch(() => undefined);
    this.#leftBehind = this.strays();
    this.#story = this.story();
    await this.#killEverything();
    await this.#rig.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #killEverything(): Promise<void> {
    const everything = () => [...this.census(), ...processesOf(this.root, this.#rig.socketPath)];
    await until(() => {
      const left = everything();
      for (const one of left) killForSure(one);
      return left.length === 0;
    }, "all processes of the test are dead");
    await Promise.allSettled(this.#commands.map(({ command }) => command));
  }

  #command(
    argv: readonly string[],
    { env = {}, folder = ".", interactive = false, script }: CommandOptions,
  ): RunningCommand {
    const words = [this.#options.node ?? process.execPath, this.#options.bin ?? ownBin, ...argv];
    const [file = "", ...args] = script === undefined ? words : ["/bin/sh", "-c", script, ...words];
    const environment = { ...this.#environment(), ...env };
    const command = runCommandLine({ file, args, cwd: this.path(folder), env: environment, interactive });
    this.#commands.push({ line: argv.join(" "), command });
    return command;
  }

  /** As clean as a user's: nothing of npm, of the CI or of vitest. */
  #environment(): Record<string, string> {
    const dist = process.env["GROUNDSWELL_DIST"];
    return {
      PATH: `${dirname(this.#options.node ?? process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      HOME: workerFolder(),
      XDG_CACHE_HOME: join(workerFolder(), "cache"),
      LANG: "C.UTF-8",
      RIG_SOCKET: this.#rig.socketPath,
      ...(dist === undefined ? {} : { GROUNDSWELL_DIST: dist }),
      ...this.#options.env,
    };
  }
}

interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Relative to the workspace. */
  readonly folder?: string;
  readonly interactive?: boolean;
  readonly script?: string;
}
