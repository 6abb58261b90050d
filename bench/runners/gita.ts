import { join } from "node:path";
import { firstLineOf, missingProgram } from "../engines/installed.ts";
import type { Runner } from "./runner.ts";

const holds = "shows what a repository wrote when it has ended, and has it in its memory until then";

/** Git commands all at once, by asyncio; other commands by a shell, one after another. */
export const gita: Runner = {
  name: "gita",
  missing: () => missingProgram("gita", "gita"),
  version: () => firstLineOf("gita", "--version") ?? "",
  cannot: {
    sleep: "one after another, which for what is no Git command is 200 × 0.2 s",
    volume: holds,
    watch: holds,
    death: holds,
  },
  prepare({ workspace, argv }, round) {
    const rows = workspace.repositories.map(({ name, path }) => `${path},${name},,\n`);
    const config = join(round.home, ".config");
    round.write(join(config, "gita/repos.csv"), rows.join(""));
    const [program = "", ...words] = argv;
    return {
      argv: program === "git" ? ["gita", "super", ...words] : ["gita", "shell", ...argv],
      env: { XDG_CONFIG_HOME: config },
    };
  },
};
