import type { ProblemList } from "./problem-list.ts";
import type { MapEntry } from "./yaml-tree.ts";

const pattern = /^[\p{L}\p{N}_][\p{L}\p{N}._:/-]*$/u;

/** Reports the name of a command or a group that cannot be typed as a word of a command line. */
export function reportWorkspaceName(
  { key, keySpan }: MapEntry,
  what: "command" | "group",
  problems: ProblemList,
): void {
  if (pattern.test(key)) return;
  problems.add("VALUE_INVALID", `${JSON.stringify(key)} cannot be the name of a ${what}`, keySpan, {
    hint: "Use letters, digits and . _ - : /, and begin with a letter or digit.",
  });
}
