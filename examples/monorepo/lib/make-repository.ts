import { appendFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { type Git, gitIn } from "./git.ts";
import type { Standing } from "./repositories.ts";

const template = join(import.meta.dirname, "../template/repository");
const missingCommit = "0123456789abcdef0123456789abcdef01234567";

/**
 * Makes one real repository, and the bare one it pushes to.
 *
 * @param root The absolute folder of all of them.
 * @param path Of this one, from the root.
 */
export async function makeRepository(root: string, path: string, standing: Standing): Promise<void> {
  const folder = join(root, path);
  mkdirSync(folder, { recursive: true });
  const git = gitIn(folder);
  // No hooks of the machine's template.
  await git("init", "--quiet", "--template=", "--object-format=sha1", "--initial-branch=main");
  writeFirstFiles(folder, path, standing);
  await commit(git, "Begin");
  await git("tag", "v1.0");
  await change(folder, git, "Say what it is for");
  if (!standing.hasNoOrigin) await push(root, path, git);
  await bringTo(standing, folder, git);
}

function writeFirstFiles(folder: string, path: string, { isWrong, isWithoutSource }: Standing): void {
  cpSync(template, folder, { recursive: true });
  writeFileSync(join(folder, "README.md"), `# ${basename(path)}\n`);
  if (isWrong) writeFileSync(join(folder, "src/total.mjs"), wrongTotal);
  if (isWithoutSource) rmSync(join(folder, "src"), { recursive: true });
}

/** The mistake everybody makes with money. */
const wrongTotal = `export function total(prices) {
  return prices.reduce((sum, price) => sum + price, 0);
}
`;

async function commit(git: Git, message: string): Promise<void> {
  await git("add", "--all");
  await git("commit", "--quiet", "--message", message);
}

async function change(folder: string, git: Git, message: string): Promise<void> {
  appendFileSync(join(folder, "README.md"), `\n${message}.\n`);
  await commit(git, message);
}

/** The path to the origin is relative: the whole folder may be moved. */
async function push(root: string, path: string, git: Git): Promise<void> {
  const origin = join(root, ".origins", `${path}.git`);
  mkdirSync(origin, { recursive: true });
  await gitIn(origin)("init", "--quiet", "--bare", "--template=", "--object-format=sha1", "--initial-branch=main");
  await git("remote", "add", "origin", relative(join(root, path), origin));
  await git("push", "--quiet", "--set-upstream", "origin", "main");
}

async function bringTo(standing: Standing, folder: string, git: Git): Promise<void> {
  const { ahead = 0, behind = 0, branch, dirty, isDetached, isBroken } = standing;
  for (let number = 1; number <= behind; number += 1) await change(folder, git, `What somebody else did, ${number}`);
  if (behind > 0) {
    await git("push", "--quiet");
    await git("reset", "--quiet", "--hard", `HEAD~${behind}`);
  }
  for (let number = 1; number <= ahead; number += 1) await change(folder, git, `What is not pushed, ${number}`);
  if (branch !== undefined) {
    await git("switch", "--quiet", "--create", branch);
    await change(folder, git, "Work that goes on");
  }
  if (isDetached) await git("switch", "--quiet", "--detach", "v1.0");
  if (dirty === "untracked") writeFileSync(join(folder, "notes.txt"), "to be sorted\n");
  else if (dirty !== undefined) appendFileSync(join(folder, "README.md"), "\nNot committed yet.\n");
  if (dirty === "staged") await git("add", "README.md");
  if (isBroken) writeFileSync(join(folder, ".git/HEAD"), `${missingCommit}\n`);
}
