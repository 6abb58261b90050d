import { execFile, type ExecFileException } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { repositories } from "../../examples/monorepo/lib/repositories.ts";
import { masked } from "../../scripts/recording/masked.ts";
import { recordingIn } from "../../scripts/recording/readme.ts";
import { recordMonorepo } from "../../scripts/recording/record-monorepo.ts";
import { requires } from "../support/requires.ts";
import { runFolder } from "../support/run-folder.ts";

vi.setConfig({ testTimeout: 120_000 });

// examples/monorepo: twelve repositories to play with. What they are is asked of git itself.

const project = join(import.meta.dirname, "../..");
const paths = Object.keys(repositories);

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function command(file: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  return await new Promise<Ended>((resolve) => {
    const options = { cwd, env: { PATH: process.env["PATH"], LANG: "C.UTF-8", ...env } };
    execFile(file, args, options, (error: ExecFileException | null, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

const folder = () => join(mkdtempSync(join(runFolder(), "monorepo-")), "work");

async function make(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return await command(process.execPath, [join(project, "examples/monorepo/make.ts"), ...args], project, env);
}

/** No configuration but git's own. */
async function git(cwd: string, ...args: readonly string[]): Promise<Ended> {
  const env = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_CEILING_DIRECTORIES: runFolder() };
  return await command("git", args, cwd, env);
}

/** The name of every commit of a repository, and of what points at it. */
async function references(root: string): Promise<readonly string[]> {
  const asked = paths.map(async (path) => (await git(join(root, path), "show-ref")).stdout);
  return await Promise.all(asked);
}

requires("git", "bash")("the example's twelve repositories", () => {
  const root = folder();
  let made: Ended;

  beforeAll(async () => {
    made = await make([root]);
  });

  test("each stands as its table says: branches, changes, what its origin has and has not; one is broken", async () => {
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    expect(made.stdout).toMatch(/^12 repositories in .*work\n$/);
    const status = async (path: string) => await git(join(root, path), "status", "--short", "--branch");
    const seen = await Promise.all(paths.map(async (path) => [path, (await status(path)).stdout] as const));
    expect(Object.fromEntries(seen)).toEqual({
      "libs/logging": "## main...origin/main\n",
      "libs/schema": "## main...origin/main [behind 1]\n",
      "libs/ui": "## main...origin/main\nM  README.md\n",
      "backend/auth": "## main...origin/main [ahead 2]\n",
      "backend/user": "## main...origin/main\n M README.md\n",
      "backend/billing": "## fix/rounding\n",
      "backend/search": "## main...origin/main [ahead 1, behind 1]\n",
      "frontend/web": "## feature/dark-mode\n M README.md\n",
      "frontend/admin": "## main...origin/main\n?? notes.txt\n",
      "tools/release": "## main\n",
      "infra/deploy": "## HEAD (no branch)\n",
      "infra/legacy": "",
    });
    const broken = await status("infra/legacy");
    expect(broken).toMatchObject({ exitCode: 128, stderr: "fatal: bad object HEAD\n" });
    const top = async (path: string) => (await git(join(root, path), "rev-parse", "--show-toplevel")).stdout;
    // Also the broken one is a repository of its own: git does not go up to another.
    expect(await Promise.all(paths.map(top))).toEqual(paths.map((path) => `${join(root, path)}\n`));
    expect(await git(join(root, "backend/auth"), "fetch", "--dry-run")).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("the commits have the same names, whatever the user's git is set to", async () => {
    const other = folder();
    const home = mkdtempSync(join(runFolder(), "home-"));
    const hooks = join(home, "hooks");
    mkdirSync(hooks);
    writeFileSync(join(hooks, "pre-commit"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    const settings = `[user]\n\tname = Somebody\n[init]\n\tdefaultBranch = trunk\n[core]\n\tautocrlf = true\n\thooksPath = ${hooks}\n[commit]\n\tgpgSign = true\n[push]\n\tdefault = nothing\n`;
    writeFileSync(join(home, ".gitconfig"), settings);
    const env = { HOME: home, GIT_AUTHOR_NAME: "Somebody", GIT_DIR: "/nonexistent", TZ: "Asia/Tokyo" };
    expect(await make([other], env)).toMatchObject({ exitCode: 0, stderr: "" });
    const names = await references(root);
    expect(names.filter((text) => text.includes("refs/tags/v1.0"))).toHaveLength(12);
    expect(await references(other)).toEqual(names);
  });

  test("its programs: one test fails on purpose", async () => {
    const all = async (program: string) => {
      const ends = paths.map(async (path) => await command(process.execPath, [program], join(root, path)));
      return Object.fromEntries((await Promise.all(ends)).map((end, index) => [paths[index], end]));
    };
    const failed = (ends: Readonly<Record<string, Ended>>) => paths.filter((path) => ends[path]?.exitCode !== 0);
    expect(failed(await all("check.mjs"))).toEqual([]);
    const tested = await all("test.mjs");
    expect(failed(tested)).toEqual(["backend/billing"]);
    expect(tested["backend/billing"]).toEqual({
      exitCode: 1,
      stdout: "ok: 1 + 2 is 3\nnot ok: 0.1 + 0.2 is 0.30000000000000004\n",
      stderr: "",
    });
    for (const [program, said] of [
      ["stop.mjs", "was not started\n"],
      ["start.mjs", "started\n"],
      ["start.mjs", "was started already\n"],
      ["stop.mjs", "stopped\n"],
    ] as const) {
      const end = await command(process.execPath, [program], join(root, "libs/ui"));
      expect(end).toEqual({ exitCode: 0, stdout: said, stderr: "" });
    }
  });

  test("what its README shows is what happens", async () => {
    const readme = readFileSync(join(project, "examples/monorepo/README.md"), "utf8");
    expect(masked(await recordMonorepo())).toBe(masked(recordingIn(readme)));
  });

  test("nothing is made over what is there; --again makes anew what was made, and leaves the rest", async () => {
    const taken = folder();
    mkdirSync(taken);
    writeFileSync(join(taken, "mine.txt"), "mine\n");
    expect(await make([taken])).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `${taken} holds something else: choose a folder that is new or empty\n`,
    });
    expect((await make([taken, "--again"])).exitCode).toBe(1);
    expect((await make([join(taken, "mine.txt")])).stderr).toBe(`${join(taken, "mine.txt")} is no folder\n`);

    const names = await references(root);
    expect(await make([root])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--again makes it anew") });
    writeFileSync(join(root, "notes.txt"), "mine\n");
    writeFileSync(join(root, "backend/auth/README.md"), "changed\n");
    expect((await make([root, "--again"])).exitCode).toBe(0);
    expect(await references(root)).toEqual(names);
    expect(readFileSync(join(root, "notes.txt"), "utf8")).toBe("mine\n");
    expect((await git(join(root, "backend/auth"), "status", "--short")).stdout).toBe("");
  });

  test("a link in the place of a folder is not followed", async () => {
    const [play, elsewhere] = [folder(), folder()];
    mkdirSync(join(elsewhere, "auth"), { recursive: true });
    writeFileSync(join(elsewhere, "auth/mine.txt"), "mine\n");
    mkdirSync(play);
    writeFileSync(join(play, ".made-by-example-monorepo"), "");
    symlinkSync(elsewhere, join(play, "backend"));
    expect(await make([play, "--again"])).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `${join(play, "backend")} leads elsewhere, to what was not made here\n`,
    });
    expect(readFileSync(join(elsewhere, "auth/mine.txt"), "utf8")).toBe("mine\n");
    expect(existsSync(join(elsewhere, "user"))).toBe(false);
  });
});
