import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

const names = ["service", "chatter", "limit", "subject", "runner", "mark", "torrent", "watcher", "stopwatch"] as const;

/** It stands for `true`, which is not static either. */
const dynamic: ReadonlySet<string> = new Set(["mark"]);

/** Absolute paths of the C programs. */
export type Programs = Readonly<Record<(typeof names)[number], string>>;

/** Compiles bench/programs into a folder. Static: the dynamic linker would cost each of hundreds of starts 0.3 ms. */
export function buildPrograms(folder: string): Programs {
  mkdirSync(folder, { recursive: true });
  const sources = join(import.meta.dirname, "../programs");
  const compiled = names.map((name) => {
    const file = join(folder, name);
    const linking = dynamic.has(name) ? [] : ["-static"];
    execFileSync("gcc", ["-O2", "-Wall", "-Wextra", ...linking, "-o", file, join(sources, `${name}.c`)], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    return [name, file];
  });
  return Object.fromEntries(compiled);
}
