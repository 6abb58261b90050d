import { firstLineOf, missingProgram } from "../engines/installed.ts";
import { argvIn, listOf, type Runner } from "./runner.ts";

const mixes = "puts no name in front of a line, and mixes what its commands write";

/** What everybody has. */
export const xargs: Runner = {
  name: "xargs -P",
  missing: () => missingProgram("xargs", "findutils"),
  version: () => firstLineOf("xargs", "--version") ?? "",
  cannot: { volume: mixes, watch: mixes, death: mixes },
  prepare(job, round) {
    const names = listOf(job, round, ({ name }) => name);
    return { argv: ["xargs", "-a", names, "-P", String(job.workers), "-I{}", ...argvIn("{}", job.argv)] };
  },
};
