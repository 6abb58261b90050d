import { firstLineOf } from "../engines/installed.ts";
import type { Programs } from "../measure/programs.ts";
import { isPrefixed, listOf, type Runner } from "./runner.ts";

/** bench/programs/runner.c: what the machine can do at all. */
export function floor({ runner }: Programs): Runner {
  return {
    name: "floor",
    missing: () => null,
    version: () => firstLineOf("gcc", "--version") ?? "",
    cannot: {},
    deathOf: (repository) => new RegExp(`^\\[${repository}\\] exit code: 3$`),
    prepare(job, round) {
      const folders = listOf(job, round, ({ path }) => path);
      const output = isPrefixed(job.task) ? "prefixed" : "straight";
      return { argv: [runner, String(job.workers), output, folders, ...job.argv] };
    },
  };
}
