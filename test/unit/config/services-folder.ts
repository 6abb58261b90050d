import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Ambient, readServicesFile, type ServicesFile } from "../../../scripts/lib/config/read-services-file.ts";
import { formatProblem } from "../../../scripts/lib/diagnostic/format-problem.ts";
import { type Problem, UserError } from "../../../scripts/lib/diagnostic/user-error.ts";
import type { ServiceSpec } from "../../../scripts/lib/model/service.ts";

/** A folder of its own, with these files in it; removed when its scope ends. */
export function folderWith(
  files: Readonly<Record<string, string | Uint8Array>>,
): Disposable & { readonly path: string } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "groundswell-config-")));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export interface ReadOptions {
  readonly ambient?: Ambient;
  readonly profiles?: readonly string[];
  readonly activate?: readonly string[];
  /** Further files beside services.yaml. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Reads a services.yaml of this text, in a folder of its own. */
export async function read(yaml: string | Uint8Array, options: ReadOptions = {}): Promise<ServicesFile> {
  using folder = folderWith({ "services.yaml": yaml, ...options.files });
  return await readServicesFile({
    file: join(folder.path, "services.yaml"),
    ambient: options.ambient ?? {},
    profiles: options.profiles ?? [],
    ...(options.activate && { activate: options.activate }),
  });
}

/** The problems a text is refused for; empty when it is accepted. Anything thrown but a UserError is passed on. */
export async function problemsOf(yaml: string | Uint8Array, options: ReadOptions = {}): Promise<readonly Problem[]> {
  try {
    await read(yaml, options);
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
}

/** `CODE line:column` of each problem. */
export async function codesOf(yaml: string | Uint8Array, options: ReadOptions = {}): Promise<readonly string[]> {
  return (await problemsOf(yaml, options)).map(briefly);
}

/** The problems as the user sees them. */
export async function wordsOf(yaml: string | Uint8Array, options: ReadOptions = {}): Promise<string> {
  return (await problemsOf(yaml, options)).map((problem) => formatProblem(problem, false)).join("\n\n");
}

export async function warningsOf(yaml: string, options: ReadOptions = {}): Promise<readonly string[]> {
  return (await read(yaml, options)).warnings.map(briefly);
}

/** `CODE file:line:column`, without the file where it is services.yaml. */
export function briefly({ code, place }: Problem): string {
  if (place === null) return code;
  return `${code} ${place.file === "services.yaml" ? "" : `${place.file}:`}${place.line}:${place.column}`;
}

/** A file whose one service "web" has these lines, each `key: value`, below its command on line 3. */
export function web(...lines: readonly string[]): string {
  return ["services:", "  web:", "    command: [node, server.js]", ...lines.map((line) => `    ${line}`), ""].join(
    "\n",
  );
}

/** The one service of a file. */
export async function specOf(yaml: string, options: ReadOptions = {}): Promise<ServiceSpec> {
  const { services } = await read(yaml, options);
  const [service] = services;
  if (service === undefined || services.length > 1) throw new Error(`${services.length} services, not one`);
  return service;
}

/** A dependency, a port, … without its place. */
export function withoutSpans(located: readonly object[]): readonly object[] {
  return located.map((one) => Object.fromEntries(Object.entries(one).filter(([key]) => key !== "span")));
}
