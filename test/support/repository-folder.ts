import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { runFolder } from "./run-folder.ts";

/** Nothing of whoever runs the tests: neither their configuration nor their name. */
export const gitEnvironment = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@example.org",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@example.org",
  JJ_CONFIG: "/dev/null",
  JJ_USER: "A",
  JJ_EMAIL: "a@example.org",
} as const;

/** A folder in which a test makes repositories. */
export class RepositoryFolder {
  /** Real path. */
  readonly root: string;

  /** @param root A folder that is there, and somebody else's to remove. Default: a new one, removed when the test is over. */
  constructor(root?: string) {
    this.root = root ?? realpathSync(mkdtempSync(join(runFolder(), "repos-")));
    if (root === undefined) onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  folder(path: string): string {
    mkdirSync(this.path(path), { recursive: true });
    return this.path(path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  /** What a scan takes for a repository; git would not. */
  marked(path: string, marker = ".git"): string {
    this.folder(join(path, marker));
    return this.path(path);
  }

  /** A real repository on branch main, with one commit. */
  repository(path: string): string {
    this.folder(path);
    this.git(path, "init", "--quiet", "--initial-branch=main");
    this.commit(path, "first");
    return this.path(path);
  }

  commit(path: string, message: string): void {
    this.write(join(path, "file"), message);
    this.git(path, "add", "file");
    this.git(path, "commit", "--quiet", "--message", message);
  }

  git(path: string, ...args: readonly string[]): string {
    return this.run(path, "git", ...args);
  }

  run(path: string, program: string, ...args: readonly string[]): string {
    const environment = { ...process.env, ...gitEnvironment, HOME: this.root };
    return execFileSync(program, args, { cwd: this.path(path), env: environment, encoding: "utf8", stdio: "pipe" });
  }
}
