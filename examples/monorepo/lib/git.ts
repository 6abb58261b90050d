import { dirname } from "node:path";
import { $ } from "zx/core";

/** Runs git in one folder; each word is one argument, whatever is in it. */
export type Git = (...words: readonly string[]) => Promise<void>;

const firstCommitAt = Date.UTC(2026, 0, 5, 9);
const hourMs = 3_600_000;

/**
 * Git as it is the same on every machine: nobody's configuration, a fixed author, and a clock that goes on an hour with each call.
 * So the commits have the same names everywhere.
 */
export function gitIn(folder: string): Git {
  let hours = 0;
  return async (...words) => {
    const date = new Date(firstCommitAt + hours * hourMs).toISOString();
    hours += 1;
    await $({ cwd: folder, env: environment(folder, date), quiet: true })`git ${words}`;
  };
}

function environment(folder: string, date: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    // No file of the user's or the machine's, and no repository around this one: the default folder lies in a checkout.
    HOME: "/nonexistent",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CEILING_DIRECTORIES: dirname(folder),
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Example",
    GIT_AUTHOR_EMAIL: "example@example.org",
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: "Example",
    GIT_COMMITTER_EMAIL: "example@example.org",
    GIT_COMMITTER_DATE: date,
    LANG: "C.UTF-8",
  };
}
