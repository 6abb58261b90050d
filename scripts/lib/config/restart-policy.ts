import type { RestartPolicy } from "../model/service.ts";
import { didYouMean } from "../diagnostic/nearest-name.ts";
import type { ValueReader } from "./value-reader.ts";
import type { ScalarNode } from "./yaml-tree.ts";

export const restartPolicies = ["no", "on-failure", "always", "unless-stopped"] as const;

/** `no`, `on-failure`, `on-failure:5`, `always`, `unless-stopped`; null for anything else: reported. */
export function readRestartPolicy(node: ScalarNode, reader: ValueReader): RestartPolicy | null {
  const text = reader.text(node);
  if (text === null) return null;
  const limit = /^on-failure:(\d{1,6})$/.exec(text)?.[1];
  if (limit !== undefined) return { kind: "on-failure", limit: Number(limit) };
  switch (text) {
    case "no":
    case "always":
    case "unless-stopped":
      return { kind: text };
    case "on-failure":
      return { kind: "on-failure", limit: null };
    default:
      return reader.invalid(
        node,
        `must be no, on-failure, on-failure:N, always or unless-stopped, not ${reader.shown(node, text)}`,
        {
          hint: didYouMean(text, restartPolicies),
        },
      );
  }
}
