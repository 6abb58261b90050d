import type { ServiceCommand } from "../model/service.ts";
import type { ValueReader } from "./value-reader.ts";
import type { ListNode, YamlNode } from "./yaml-tree.ts";

/** A string for the shell, as it stands, or a list to be executed; null when it cannot be used: reported. */
export function readCommand(node: YamlNode, reader: ValueReader): ServiceCommand | null {
  if (node.kind === "list") return readArgv(node, reader);
  if (node.kind !== "scalar" || typeof node.value !== "string") return null;
  const text = reader.shellText(node);
  if (text?.trim() === "")
    return reader.invalid(node, "is empty", { hint: "Write the command that starts the program." });
  return text === null ? null : { kind: "shell", text };
}

/** @param from Index of the first item that belongs to the command. */
export function readArgv(node: ListNode, reader: ValueReader, from = 0): ServiceCommand | null {
  const items = node.items
    .slice(from)
    .map((item) => (item.kind === "scalar" && item.value !== null ? reader.text(item) : null));
  const argv = items.filter((item) => item !== null);
  if (argv.length < items.length) return null;
  const [program, ...rest] = argv;
  if (program === undefined || program === "") {
    reader.problems.add("VALUE_INVALID", `${node.label} names no program`, node.span, {
      hint: "Write the program and its arguments: [node, server.js].",
    });
    return null;
  }
  return { kind: "argv", argv: [program, ...rest] };
}
