import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { Bench } from "./bench.ts";
import { freePorts } from "./free-ports.ts";
import { killAll } from "./kill-all.ts";
import { buildPrograms } from "./programs.ts";

const root = join(import.meta.dirname, "../..");

type Wishes = Pick<Bench, "rounds" | "cycles" | "isSmoke" | "keepsRounds">;

export interface OpenBench {
  readonly bench: Bench;
  /** Ends whatever still runs of it, and removes what it wrote. */
  readonly close: () => Promise<void>;
}

/** Builds what is measured, the bundle as it would be published, and what measures it. */
export async function openBench(wishes: Wishes): Promise<OpenBench> {
  execFileSync(process.execPath, [join(root, "scripts/build/build.ts")], { stdio: ["ignore", "inherit", "inherit"] });
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "gsb-"));
  const bench: Bench = {
    ...wishes,
    folder,
    programs: buildPrograms(join(folder, "bin")),
    firstPort: await freePorts(),
    env: {
      // This Node before any other, for tools and services that call one by name.
      PATH: [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
      TMPDIR: folder,
      XDG_CACHE_HOME: join(folder, "cache"),
      GROUNDSWELL_DIST: "1",
      NO_COLOR: "1",
    },
    say: (text) => process.stderr.write(`${(performance.now() / 1000).toFixed(1).padStart(7)} s  ${text}\n`),
  };
  const close = async () => {
    await killAll(folder);
    if (!bench.keepsRounds) rmSync(folder, { recursive: true, force: true });
    else bench.say(`The rounds are in ${folder}`);
  };
  return { bench, close };
}
