import { outputModes, type RepositoryWorkspace } from "../model/repository-workspace.ts";
import { readListedRepositories } from "./listed-repositories.ts";
import { readRepositoryCommands } from "./repository-commands.ts";
import { readRepositoryGroups } from "./repository-groups.ts";
import { readRepositoryScan } from "./repository-scan.ts";
import type { ValueReader } from "./value-reader.ts";
import { mapAt, type MapNode, type ScalarNode, scalarAt, scalarsAt } from "./yaml-tree.ts";

/** A path as it was written, variables put in. */
export interface WrittenPath {
  readonly text: string;
  readonly node: ScalarNode;
}

/** The key `workspace` with its defaults, before anything is looked up on the disk. */
export interface WorkspaceDraft extends Omit<RepositoryWorkspace, "root" | "allowOutside" | "isParallel"> {
  /** null: the folder of services.yaml. */
  readonly root: WrittenPath | null;
  readonly allowOutside: readonly WrittenPath[];
}

const standardTimeoutMs = 300_000;
const standardKillGraceMs = 5_000;

/**
 * Reads the key `workspace`, which may be missing: then everything is a default. What the schema has rejected is passed over.
 *
 * Nothing is looked up on the disk: a folder that this machine lacks must not keep services from starting.
 */
export function readWorkspaceKey(top: MapNode, reader: ValueReader): WorkspaceDraft {
  const nothing: MapNode = { kind: "map", entries: new Map(), label: "workspace", span: top.span };
  const map = mapAt(top, "workspace") ?? nothing;
  const repositories = mapAt(map, "repositories") ?? nothing;
  const run = mapAt(map, "run") ?? nothing;
  const read = <T>(from: MapNode, key: string, as: (node: ScalarNode) => T | null): T | null => {
    const node = scalarAt(from, key);
    return node && as(node);
  };
  const { scan, isWritten } = readRepositoryScan(repositories, reader);
  const list = readListedRepositories(repositories, reader);
  return {
    root: read(map, "root", (node) => readPath(node, reader)),
    allowOutside: scalarsAt(map, "allow_outside").flatMap((node) => readPath(node, reader) ?? []),
    scan: isWritten || list.length === 0 ? scan : null,
    list,
    groups: readRepositoryGroups(map, reader),
    commands: readRepositoryCommands(map, reader),
    program: read(map, "program", (node) => readProgram(node, reader)),
    run: {
      jobs: read(run, "jobs", (node) => reader.count(node, 1)),
      timeoutMs: read(run, "timeout", (node) => reader.durationMs(node, false)) ?? standardTimeoutMs,
      killGraceMs: read(run, "kill_grace", (node) => reader.durationMs(node, true)) ?? standardKillGraceMs,
      output: read(run, "output", (node) => reader.choice(node, outputModes)) ?? "auto",
    },
  };
}

function readPath(node: ScalarNode, reader: ValueReader): WrittenPath | null {
  const text = reader.path(node);
  return text === null ? null : { text, node };
}

function readProgram(node: ScalarNode, reader: ValueReader): string | null {
  const text = typeof node.value === "string" ? reader.text(node) : null;
  if (text === null) return null;
  if (text.trim() === "") return reader.invalid(node, "is empty", { hint: "Name a program, or remove the key." });
  if (!text.includes("/") && /\s/.test(text)) {
    return reader.invalid(node, `must be one program, not ${reader.shown(node, text)}`, {
      hint: "What has arguments of its own is a command: commands: { NAME: { argv: [program, argument] } }.",
    });
  }
  return text;
}
