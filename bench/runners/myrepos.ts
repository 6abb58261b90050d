import { firstLineOf } from "../engines/installed.ts";
import { listOf, type Runner } from "./runner.ts";

const heads =
  "shows what a repository wrote when all of it is there, under a heading, and puts no name in front of a line";

/** `mr`, with an action of ours in every section. */
export const myrepos: Runner = {
  name: "mr",
  // It has no --version, and ends with 255 when it only tells its usage.
  missing: () => (firstLineOf("sh", "-c", "command -v mr") === null ? "apt-get install myrepos" : null),
  version: () => firstLineOf("dpkg-query", "-W", "-f=${Version}", "myrepos") ?? "",
  cannot: { volume: heads, watch: heads, death: heads },
  prepare(job, round) {
    const config = listOf(job, round, ({ path }) => `[${path}]\ngo = ${job.argv.join(" ")}\n`);
    return { argv: ["mr", "-t", "-c", config, "-j", String(job.workers), "-d", job.workspace.folder, "go"] };
  },
};
