import { groundswell as engine, groundswellCommand } from "../engines/groundswell.ts";
import type { Runner } from "./runner.ts";

/** `run` and `watch`, as the bundle has them. */
export const groundswell: Runner = {
  name: engine.name,
  missing: () => engine.missing(),
  version: () => engine.version(),
  cannot: {},
  deathOf: (repository) => new RegExp(`\\b${repository}\\b.*\\bexit(ed with)? code:? 3\\b`),
  prepare({ task, workspace, argv, workers }, round) {
    const watches = task === "watch" || task === "death";
    // YAML reads JSON.
    const commands = watches ? { commands: { watch: { argv, mode: "watch" } } } : {};
    round.write(`${workspace.folder}/services.yaml`, { workspace: { root: ".", ...commands } });
    if (watches) return { argv: [...groundswellCommand, "watch"] };
    const output = task === "volume" ? ["-o", "stream"] : [];
    return { argv: [...groundswellCommand, "run", "-j", String(workers), ...output, "--", ...argv] };
  },
};
