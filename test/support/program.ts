import { join } from "node:path";
import { freePort } from "./free-port.ts";
import type { NastyCase } from "./nasty-cases.ts";

const nastyExecutable = join(import.meta.dirname, "nasty-program.mjs");
const executable = join(import.meta.dirname, "steered-program.mjs");

/** The steered program as a command line of its own. */
export function programArgv(name: string, ...flags: readonly string[]): readonly string[] {
  return [process.execPath, executable, name, ...flags];
}

/** A program that writes one of the nasty cases: at once, or write by write as the test says, under this name. */
export function nastyArgv(nastyCase: NastyCase, steeredName: string | null = null): readonly string[] {
  const steering = steeredName === null ? [] : [steeredName, "--steered"];
  return [process.execPath, nastyExecutable, nastyCase, ...steering];
}

/** A program that writes so many lines of 1,000 bytes, `volumeLine` by `volumeLine`, as fast as they are read. */
export function volumeArgv(name: string, lines: number): readonly string[] {
  return [process.execPath, nastyExecutable, "volume", name, `--lines=${lines}`];
}

/** The steered program as a shell command, for putting into a longer one. */
export function programInShell(name: string, ...flags: readonly string[]): string {
  return programArgv(name, ...flags)
    .map(quoted)
    .join(" ");
}

/** The steered program as the value of `command:`, a YAML string for the shell. */
export function program(name: string, ...flags: readonly string[]): string {
  return JSON.stringify(programInShell(name, ...flags));
}

export interface SteeredOptions {
  /** Healthy by itself as soon as it runs; else when the test says so. */
  readonly healthy?: boolean;
  readonly port?: number;
  /** Further keys of the http healthcheck, as YAML: `interval: 100ms, retries: 2`. */
  readonly check?: string;
  /** Further flags of the program: `--ignore SIGTERM`. */
  readonly flags?: readonly string[];
}

/**
 * A whole service as a YAML flow mapping: the program on a port of its own with an http healthcheck, ready when the test lets it.
 *
 * @param keys Further keys of the service, as YAML: `depends_on: [db], restart: always`.
 */
export function steered(name: string, keys = "", options: SteeredOptions = {}): string {
  const port = options.port ?? freePort();
  const flags = ["--port", String(port), ...(options.healthy ? ["--healthy"] : []), ...(options.flags ?? [])];
  const check = [`http: "http://127.0.0.1:${port}/health"`, ...(options.check ? [options.check] : [])].join(", ");
  const rest = keys === "" ? "" : `, ${keys}`;
  return `{ command: ${program(name, ...flags)}, ports: [${port}], healthcheck: { ${check} }${rest} }`;
}

/** A steered service that becomes healthy by itself. */
export function healthy(name: string, keys = "", options: SteeredOptions = {}): string {
  return steered(name, keys, { ...options, healthy: true });
}

/** Quoted only where the shell needs it, so that a plain path stays one simple command. */
function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
