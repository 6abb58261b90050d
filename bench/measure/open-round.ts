import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Round } from "../engines/engine.ts";
import type { Bench } from "./bench.ts";

/** A new folder for one engine's turn. What a tool writes to its home goes there too: nothing of the user's is read or written. */
export function openRound(bench: Bench, deadlineMs: number): Round {
  // Short: pm2 has sockets below it, and a socket's path ends at 107 characters.
  const folder = mkdtempSync(join(bench.folder, "r"));
  const path = (file: string) => join(folder, file);
  const stamps = path("stamps");
  const env = { ...bench.env, HOME: folder, BENCH_ROUND: folder };
  mkdirSync(path("output"));
  return {
    folder,
    stamps,
    env,
    toolPort: bench.firstPort + 1090,
    deadlineMs,
    path,
    // Relative: what a tool is told is the same in every round, as it is for a user who starts his stack again.
    argvOf: ({ name, port, readyAfterMs, lines, ...service }, ...more) =>
      lines === null
        ? [
            bench.programs.service,
            name,
            String(port),
            String(readyAfterMs),
            "stamps",
            ...(service.hasGrandchild ? ["--grandchild"] : []),
            ...(service.ignoresTerm ? ["--ignore-term"] : []),
            ...(service.termMs > 0 ? ["--term-ms", String(service.termMs)] : []),
            ...more,
          ]
        : [bench.programs.chatter, name, String(port), "stamps", String(lines), "go"],
    place: (name, more) => ({ cwd: folder, env, output: path(`output/${name}`), deadlineMs, ...more }),
    write: (file, content) => {
      mkdirSync(dirname(path(file)), { recursive: true });
      writeFileSync(path(file), typeof content === "string" ? content : JSON.stringify(content, null, 1));
      return path(file);
    },
  };
}
