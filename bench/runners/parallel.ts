import { firstLineOf, missingProgram } from "../engines/installed.ts";
import { argvIn, isPrefixed, listOf, type Runner } from "./runner.ts";

/** GNU parallel. */
export const parallel: Runner = {
  name: "parallel",
  missing: () => missingProgram("parallel", "parallel"),
  version: () => firstLineOf("parallel", "--version") ?? "",
  cannot: { death: "says at its end how many failed, and not which" },
  prepare(job, round) {
    const names = listOf(job, round, ({ name }) => name);
    const output = isPrefixed(job.task) ? ["--line-buffer", "--tag"] : [];
    return {
      argv: ["parallel", "--will-cite", "-j", String(job.workers), "-a", names, ...output, ...argvIn("{}", job.argv)],
    };
  },
};
