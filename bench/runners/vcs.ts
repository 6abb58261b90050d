import { firstLineOf, missingProgram } from "../engines/installed.ts";
import type { Runner } from "./runner.ts";

const only = "runs commands of Git and its like, no others";

/** vcstool. */
export const vcs: Runner = {
  name: "vcs",
  missing: () => missingProgram("vcs", "vcstool"),
  version: () => firstLineOf("vcs", "--version") ?? "",
  cannot: { true: only, sleep: only, volume: only, watch: only, death: only },
  prepare: ({ argv: [, ...words], workers }) => ({
    argv: ["vcs", "custom", "--git", "-w", String(workers), "--args", ...words],
  }),
};
