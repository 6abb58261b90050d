import { concurrently as engine } from "../engines/concurrently.ts";
import { packageCommand } from "../engines/installed.ts";
import type { Runner } from "./runner.ts";

/** A shell for each command; names in front of every line. */
export const concurrently: Runner = {
  name: engine.name,
  missing: () => engine.missing(),
  version: () => engine.version(),
  cannot: {},
  deathOf: (repository) => new RegExp(`^\\[${repository}\\] .* exited with code 3$`),
  prepare({ workspace: { repositories }, argv, workers }) {
    const names = repositories.map(({ name }) => name);
    return {
      argv: [
        ...packageCommand("concurrently", "dist/bin/index.js"),
        "--max-processes",
        String(workers),
        "--names",
        names.join(","),
        ...names.map((name) => `cd ${name} && exec ${argv.join(" ")}`),
      ],
    };
  },
};
