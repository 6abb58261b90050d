import { realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { type Problem, UserError } from "../diagnostic/user-error.ts";
import type { RepositoryWorkspace } from "../model/repository-workspace.ts";
import type { Settings } from "../model/settings.ts";
import { type Ambient, lookupIn, strippedAmbient } from "./environment-layers.ts";
import { ambientSettings, readFileLayers } from "./file-layers.ts";
import type { OutlineCache } from "./outline-cache.ts";
import { ProblemList } from "./problem-list.ts";
import { readServicesText, readTop } from "./read-top.ts";
import { resolveSettings } from "./settings.ts";
import { shortened, ValueReader } from "./value-reader.ts";
import { readWorkspaceKey, type WorkspaceDraft, type WrittenPath } from "./workspace-key.ts";
import type { MapNode } from "./yaml-tree.ts";

/** The key `workspace`, ready to be used, and what was found beside it. */
export interface ReadWorkspace {
  readonly workspace: RepositoryWorkspace;
  /** Real path of the folder of services.yaml, or of the one the command was called in. */
  readonly root: string;
  readonly warnings: readonly Problem[];
}

/**
 * Reads of services.yaml what commands over many repositories need: `workspace`, `settings` and `env_file`. As long as the file is YAML,
 * mistakes in `services` and `environment` keep nobody from running something; those in all else do, all at once.
 *
 * @param options.file Absolute real path, as `findWorkspaceRoot` gives it; null: there is none, and everything is a default.
 * @param options.ambient The environment the command ran in.
 * @param options.cache As for `readServicesFile`.
 * @throws {UserError} With all problems, by position.
 */
export async function readWorkspace(options: {
  readonly file: string | null;
  readonly cwd: string;
  readonly ambient: Ambient;
  readonly cache: OutlineCache | null;
}): Promise<ReadWorkspace> {
  const problems = new ProblemList();
  const root = options.file === null ? realpathSync(options.cwd) : dirname(resolve(options.file));
  const { draft, settings } =
    options.file === null
      ? withoutFile(options.ambient, problems)
      : await fromFile(options.file, root, options.ambient, options.cache, problems);
  const folder = draft.root === null ? root : realFolder(draft.root, root, problems);
  const [first, ...rest] = problems.ofSeverity("error");
  if (first) throw new UserError([first, ...rest]);
  const workspace: RepositoryWorkspace = {
    ...draft,
    root: folder,
    allowOutside: draft.allowOutside.map(({ text }) => realIfThere(resolve(folder, text))),
    isParallel: settings.parallelOperations,
  };
  return { workspace, root, warnings: problems.ofSeverity("warning") };
}

interface Draft {
  readonly draft: WorkspaceDraft;
  readonly settings: Settings;
}

/** Without a services file a folder's .env is somebody else's. */
function withoutFile(ambient: Ambient, problems: ProblemList): Draft {
  const nothing: MapNode = { kind: "map", entries: new Map(), label: "", span: { file: "", offset: 0, length: 0 } };
  const reader = new ValueReader(problems, lookupIn(strippedAmbient(ambient)));
  return { draft: readWorkspaceKey(nothing, reader), settings: resolveSettings([ambientSettings(ambient)], problems) };
}

async function fromFile(
  file: string,
  root: string,
  ambient: Ambient,
  cache: OutlineCache | null,
  problems: ProblemList,
): Promise<Draft> {
  const source = readServicesText(resolve(file), root);
  problems.addSource(source);
  const top = withoutServices(await readTop(source, problems, cache, new ProblemList()));
  const { layers, settings } = readFileLayers(top, { root, ambient, problems });
  const reader = new ValueReader(problems, lookupIn(layers.ambient, layers.dotenv));
  return { draft: readWorkspaceKey(top, reader), settings };
}

function withoutServices(top: MapNode): MapNode {
  const entries = [...top.entries].filter(([key]) => key !== "services" && key !== "environment");
  return { ...top, entries: new Map(entries) };
}

function realFolder({ text, node }: WrittenPath, base: string, problems: ProblemList): string {
  const path = resolve(base, text);
  const complain = (what: string): string => {
    problems.add("VALUE_INVALID", `${node.label} ${what}: ${JSON.stringify(shortened(text))}`, node.span, {
      hint: "It is relative to the folder of services.yaml.",
    });
    return path;
  };
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : complain("is not a folder");
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "") throw error;
    return complain(errno === "ENOENT" ? "is not there" : `cannot be entered (${errno})`);
  }
}

function realIfThere(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errnoOf(error) === "") throw error;
    return path;
  }
}
