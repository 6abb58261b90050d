import { constants } from "node:os";
import { didYouMean } from "../diagnostic/nearest-name.ts";
import type { ValueReader } from "./value-reader.ts";
import type { ScalarNode } from "./yaml-tree.ts";

/** Signals that cannot end a process or that the kernel raises for faults are of no use for stopping. */
const useless = new Set(["SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGCONT", "SIGCHLD", "SIGURG"]);

/** `SIGTERM`, `TERM`, `15`; null for anything else: reported. */
export function readStopSignal(node: ScalarNode, reader: ValueReader): NodeJS.Signals | null {
  if (typeof node.value === "boolean") return null;
  const text = reader.text(node);
  if (text === null) return null;
  const wanted = text.trim().toUpperCase();
  const names = Object.keys(constants.signals).filter(isSignal);
  const found = names.find(
    (name) => name === wanted || name === `SIG${wanted}` || String(constants.signals[name]) === wanted,
  );
  if (found !== undefined && !useless.has(found)) return found;
  const shown = reader.shown(node, text);
  return found === undefined
    ? reader.invalid(node, `must be the name of a signal such as SIGTERM or SIGINT, not ${shown}`, {
        hint: didYouMean(wanted, names),
      })
    : reader.invalid(node, `is a signal that stops nothing: ${shown}`, {
        hint: "Use SIGTERM, SIGINT, SIGQUIT or SIGHUP.",
      });
}

function isSignal(name: string): name is NodeJS.Signals {
  return name in constants.signals;
}
