import { createHash } from "node:crypto";
import { basename, dirname, resolve } from "node:path";
import { type Problem, UserError, userError } from "../diagnostic/user-error.ts";
import { findGraphProblems } from "../graph/find-graph-problems.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { ServicesFile as SoundFile } from "../model/services-file.ts";
import { type Ambient, lookupIn } from "./environment-layers.ts";
import { readFileLayers } from "./file-layers.ts";
import { reportSharedPorts } from "./ports.ts";
import { ProblemList } from "./problem-list.ts";
import { checkProfiles, profileRule } from "./profiles.ts";
import { readYaml } from "./read-yaml.ts";
import { reportSchemaProblems } from "./schema-problems.ts";
import { readServiceDraft } from "./service-draft.ts";
import { reportBadNames } from "./service-names.ts";
import { completeService, tasksByEdge } from "./service-spec.ts";
import { readSourceText, type SourceText } from "./source-text.ts";
import { ValueReader } from "./value-reader.ts";
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
 * @throws {UserError} With ALL problems of the file, by position; `PROFILE_UNKNOWN` (exit code 64) when the file itself is right.
 */
export async function readServicesFile(options: {
  readonly file: string;
  readonly ambient: Ambient;
  readonly profiles: readonly string[];
  readonly activate?: readonly string[];
}): Promise<ServicesFile> {
  const file = resolve(options.file);
  const root = dirname(file);
  const source = readOrThrow(file, root);
  const problems = new ProblemList();
  problems.addSource(source);
  const top = readTop(source, problems);
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
  const name = readName(top, new ValueReader(problems, lookupIn(layers.ambient, layers.dotenv)));
  throwErrors(problems);
  checkProfiles(options.profiles, drafts);
  return {
    name: name ?? basename(root),
    root,
    file,
    fileHash: createHash("sha256").update(source.text).digest("hex").slice(0, 16),
    services,
    offByProfile,
    settings,
    warnings: problems.ofSeverity("warning"),
  };
}

function readOrThrow(file: string, root: string): SourceText {
  const source = readSourceText(file, root);
  if (!("message" in source)) return source;
  if (source.errno === "ENOENT") throw userError("CONFIG_NOT_FOUND", `There is no file ${file}`);
  throw userError("CONFIG_UNREADABLE", `${file} cannot be read: ${source.message}`);
}

/** The file's map; an empty one where there is something else: reported. */
function readTop(source: SourceText, problems: ProblemList): MapNode {
  const empty: MapNode = {
    kind: "map",
    entries: new Map(),
    label: "",
    span: { file: source.file, offset: 0, length: 0 },
  };
  const tree = readYaml(source, problems);
  if (tree === null || (tree.kind === "scalar" && tree.value === null)) {
    problems.add("KEY_MISSING", "The file is empty: the key services is missing", empty.span, {
      hint: "Add it; a file without any service says services: {}.",
    });
    return empty;
  }
  reportSchemaProblems(tree, problems);
  return tree.kind === "map" ? tree : empty;
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
