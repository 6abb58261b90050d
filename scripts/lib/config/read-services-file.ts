import { createHash } from "node:crypto";
import { basename, dirname, resolve } from "node:path";
import { type Problem, UserError } from "../diagnostic/user-error.ts";
import { findGraphProblems } from "../graph/find-graph-problems.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { ServicesFile as SoundFile } from "../model/services-file.ts";
import { stampOfFile } from "../state/has-changed.ts";
import { commandEnvironment } from "./environment.ts";
import { type Ambient, lookupIn } from "./environment-layers.ts";
import { readFileLayers } from "./file-layers.ts";
import type { OutlineCache } from "./outline-cache.ts";
import { reportSharedPorts } from "./ports.ts";
import { ProblemList } from "./problem-list.ts";
import { checkProfiles, profileRule } from "./profiles.ts";
import { readServicesText, readTop } from "./read-top.ts";
import { readServiceDraft } from "./service-draft.ts";
import { reportBadNames } from "./service-names.ts";
import { completeService, tasksByEdge } from "./service-spec.ts";
import { reportMissingServices } from "./missing-services.ts";
import { ValueReader } from "./value-reader.ts";
import { readWorkspaceKey } from "./workspace-key.ts";
import { mapAt, type MapNode, scalarAt } from "./yaml-tree.ts";

export type { Ambient } from "./environment-layers.ts";

export interface ServicesFile extends SoundFile {
  readonly warnings: readonly Problem[];
}

/**
 * Reads services.yaml, and the env files beside it, into services with every default filled in.
 *
 * @param options.file Absolute real path, as `findWorkspaceRoot` gives it.
 * @param options.ambient The environment the command ran in.
 * @param options.profiles Active ones; `*` means all.
 * @param options.activate Names of services asked for: they are on whatever their profiles.
 * @param options.cache Where to keep what the parser made of the file; null or left out: it is parsed each time.
 * @throws {UserError} With ALL problems of the file, by position; `PROFILE_UNKNOWN` (exit code 64) when the file itself is right.
 */
export async function readServicesFile(options: ReadOptions): Promise<ServicesFile> {
  return (await readServicesAndEnvironment(options)).services;
}

interface ReadOptions {
  readonly file: string;
  readonly ambient: Ambient;
  readonly profiles: readonly string[];
  readonly activate?: readonly string[];
  readonly cache?: OutlineCache | null;
}

/** As `readServicesFile`, with the environment of a command that is run beside the services. Apart from them, since nobody else is to have it. */
export async function readServicesAndEnvironment(options: ReadOptions): Promise<{
  readonly services: ServicesFile;
  readonly environment: Readonly<Record<string, string>>;
}> {
  const file = resolve(options.file);
  const root = dirname(file);
  // Before it is read: a change in between shows as one.
  const fileStamp = stampOfFile(file) ?? "";
  const source = readServicesText(file, root);
  const problems = new ProblemList();
  problems.addSource(source);
  const top = await readTop(source, problems, options.cache ?? null);
  reportMissingServices(top, problems);
  const { layers, settings } = readFileLayers(top, { root, ambient: options.ambient, problems });
  const entries = [...(mapAt(top, "services")?.entries.values() ?? [])];
  reportBadNames(entries, problems);
  const isOn = profileRule(options.profiles, options.activate ?? []);
  const drafts = entries.map((entry) => readServiceDraft(entry, { root, layers, problems, isOn }));
  reportSharedPorts(drafts, problems);
  const tasks = tasksByEdge(drafts);
  const specs = drafts.map((draft) => completeService(draft, tasks, settings, problems));
  const services = specs.filter((_, index) => drafts[index]?.isOff === false);
  const offByProfile = drafts.filter(({ isOff }) => isOff).map(({ name, profiles }) => ({ name, profiles }));
  problems.addAll(graphProblems(specs, services, offByProfile, problems));
  const reader = new ValueReader(problems, lookupIn(layers.ambient, layers.dotenv));
  const name = readName(top, reader);
  // Nothing here needs it, but whoever starts services is told of every mistake of the file.
  readWorkspaceKey(top, reader);
  throwErrors(problems);
  checkProfiles(options.profiles, drafts);
  const read: ServicesFile = {
    name: name ?? basename(root),
    root,
    file,
    fileHash: createHash("sha256").update(source.text).digest("hex").slice(0, 16),
    fileStamp,
    sources: [...new Set([...problems.files, resolve(root, ".env")])],
    services,
    offByProfile,
    settings,
    warnings: problems.ofSeverity("warning"),
  };
  return { services: read, environment: commandEnvironment(layers, options.ambient) };
}

function readName(top: MapNode, reader: ValueReader): string | null {
  const node = scalarAt(top, "name");
  const name = node !== null && typeof node.value === "string" ? reader.text(node) : null;
  return node !== null && name?.trim() === "" ? reader.invalid(node, "is empty") : name;
}

/** A misspelt dependency is reported also in a service that is off; all else about the graph concerns only what is on. */
function graphProblems(
  all: readonly ServiceSpec[],
  on: readonly ServiceSpec[],
  off: ServicesFile["offByProfile"],
  problems: ProblemList,
): readonly Problem[] {
  if (problems.isDistrusting) return [];
  const unknown = findGraphProblems(all, [], problems.placeOf).filter(({ code }) => code === "DEPENDENCY_UNKNOWN");
  const rest = findGraphProblems(on, off, problems.placeOf).filter(({ code }) => code !== "DEPENDENCY_UNKNOWN");
  return [...unknown, ...rest];
}

function throwErrors(problems: ProblemList): void {
  const [first, ...rest] = problems.ofSeverity("error");
  if (first) throw new UserError([first, ...rest]);
}
