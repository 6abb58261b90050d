import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../measure/bench.ts";
import type { Repository, Workspace } from "./workspace.ts";

/** So many clean Git repositories: one is made, the others are its copies. Made once in a run of the bench for each count. */
export function makeWorkspace(bench: Bench, count: number): Workspace {
  const folder = join(bench.folder, `workspace${count}`);
  const repositories = Array.from({ length: count }, (_, index) => repositoryOf(folder, index));
  if (existsSync(folder)) return { folder, repositories };
  bench.say(`a workspace of ${count} repositories`);
  const model = join(bench.folder, "model");
  if (!existsSync(model)) makeModel(bench, model);
  mkdirSync(folder);
  for (const one of repositories) copyTo(model, one);
  return { folder, repositories };
}

function repositoryOf(folder: string, index: number): Repository {
  const name = `r${String(index).padStart(3, "0")}`;
  return { name, path: join(folder, name) };
}

function makeModel(bench: Bench, folder: string): void {
  mkdirSync(folder);
  // No configuration of the user's, no templates of the system's: small, and the same everywhere.
  const env = { ...bench.env, HOME: folder, GIT_CONFIG_NOSYSTEM: "1" };
  const git = (...argv: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=bench", "-c", "user.email=bench@localhost", ...argv], { cwd: folder, env });
  git("init", "-q", "-b", "main", "--template=");
  for (let file = 0; file < 20; file += 1) writeFileSync(join(folder, `file${file}.txt`), `${file}\n`);
  git("add", ".");
  git("commit", "-q", "-m", "Some files");
  // Its objects in one file: a copy is made quickly.
  git("repack", "-q", "-a", "-d");
  mkdirSync(join(folder, ".git/info"), { recursive: true });
  writeFileSync(join(folder, ".git/info/exclude"), "package.json\nnode_modules\n.turbo\n");
}

/** Its branch bears its name, so `git status` says whose status it is. */
function copyTo(model: string, { name, path }: Repository): void {
  cpSync(model, path, { recursive: true, preserveTimestamps: true });
  renameSync(join(path, ".git/refs/heads/main"), join(path, `.git/refs/heads/${name}`));
  writeFileSync(join(path, ".git/HEAD"), `ref: refs/heads/${name}\n`);
  writeFileSync(join(path, "package.json"), JSON.stringify({ name, version: "1.0.0", private: true }));
}
