import { didYouMean } from "../diagnostic/nearest-name.ts";
import { defaultMode, keepsGoingByDefault } from "../model/command-defaults.ts";
import { placeholderPattern, placeholders } from "../model/placeholders.ts";
import type { CommandMode, RepositoryCommand } from "../model/repository-workspace.ts";
import { readArgv } from "./command.ts";
import { readEnvironment } from "./environment.ts";
import type { ValueReader } from "./value-reader.ts";
import { reportWorkspaceName } from "./workspace-names.ts";
import { commandModes, commandWeights, restartChoices } from "./workspace-words.ts";
import {
  type ListNode,
  type MapEntry,
  mapAt,
  type MapNode,
  nodeAt,
  type ScalarNode,
  scalarAt,
  spanOfPart,
} from "./yaml-tree.ts";

/** The key `commands`. A faulty command is left out: reported. */
export function readRepositoryCommands(
  workspace: MapNode,
  reader: ValueReader,
): ReadonlyMap<string, RepositoryCommand> {
  const commands = new Map<string, RepositoryCommand>();
  for (const entry of mapAt(workspace, "commands")?.entries.values() ?? []) {
    reportWorkspaceName(entry, "command", reader.problems);
    const command = readRepositoryCommand(entry, reader);
    if (command !== null) commands.set(entry.key, command);
  }
  return commands;
}

function readRepositoryCommand({ key: name, value: map }: MapEntry, reader: ValueReader): RepositoryCommand | null {
  if (map.kind !== "map") return null;
  const read = <T>(key: string, as: (node: ScalarNode) => T | null): T | null => {
    const node = scalarAt(map, key);
    return node && as(node);
  };
  const list = nodeAt(map, ["argv"]);
  const command = list?.kind === "list" ? readArgv(list, reader) : null;
  if (list?.kind === "list") reportUnknownPlaceholders(list, reader);
  const writtenMode = read("mode", (node) => reader.choice(node, commandModes));
  const restart = read("restart", (node) => reader.choice(node, restartChoices));
  const rest = {
    timeoutMs: read("timeout", (node) => reader.durationMs(node, false)),
    weight: read("weight", (node) => reader.choice(node, commandWeights)) ?? "io",
    keepGoing: read("keep_going", (node) => reader.flag(node)) ?? keepsGoingByDefault(name),
    restart: restart ?? "no",
    maxRestarts: read("max_restarts", (node) => reader.count(node, 1)),
    environment: Object.fromEntries(readEnvironment(map, reader, "env")),
  } as const;
  const mode = writtenMode ?? defaultMode(name);
  // A mode that cannot be used contradicts nothing.
  if (writtenMode !== null || !map.entries.has("mode")) reportContradictions(map, mode, restart, reader);
  return command?.kind === "argv" ? { name, argv: command.argv, mode, ...rest } : null;
}

/** Which mode a key is for. */
const modeOfKey: Readonly<Record<string, readonly CommandMode[]>> = {
  timeout: ["parallel", "sequential"],
  weight: ["parallel"],
  keep_going: ["sequential"],
  restart: ["watch"],
  max_restarts: ["watch"],
};

function reportContradictions(
  map: MapNode,
  mode: CommandMode,
  restart: RepositoryCommand["restart"] | null,
  reader: ValueReader,
): void {
  for (const [key, modes] of Object.entries(modeOfKey)) {
    const entry = map.entries.get(key);
    if (entry === undefined || modes.includes(mode)) continue;
    reader.problems.add("VALUE_INVALID", `${map.label}.${key} means nothing in mode ${mode}`, entry.keySpan, {
      hint: `Remove it, or write mode: ${modes.join(" or ")}.`,
    });
  }
  const most = map.entries.get("max_restarts");
  const isFaulty = restart === null && map.entries.has("restart");
  if (mode !== "watch" || most === undefined || isFaulty || restart === "on-failure") return;
  reader.problems.add(
    "VALUE_INVALID",
    `${map.label}.max_restarts means nothing where nothing is restarted`,
    most.keySpan,
    {
      hint: "Write restart: on-failure, or remove it.",
    },
  );
}

function reportUnknownPlaceholders(argv: ListNode, reader: ValueReader): void {
  for (const node of argv.items) {
    if (node.kind !== "scalar" || typeof node.value !== "string") continue;
    for (const { 0: written, 1: name = "", index } of node.text.matchAll(placeholderPattern)) {
      // `${…}` is a variable of the file or, written `$${…}`, of some shell.
      if (node.text[index - 1] === "$" || placeholders.some((known) => known === name)) continue;
      reader.problems.add(
        "VALUE_INVALID",
        `${node.label} holds the unknown placeholder ${written}`,
        spanOfPart(node, written),
        {
          hint:
            didYouMean(name, placeholders)?.replace(/"(.*)"/, "{$1}") ??
            `There are: ${placeholders.map((known) => `{${known}}`).join(" ")}.`,
        },
      );
    }
  }
}
