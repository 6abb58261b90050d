import { chmodSync, chownSync, existsSync, renameSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { captureCommand } from "../../../scripts/lib/process/capture-command.ts";
import type { Ask } from "../../../scripts/lib/repos/ask.ts";
import { gitDiffersFrom, parseStatus, readGit } from "../../../scripts/lib/repos/read-git.ts";
import { gitEnvironment, RepositoryFolder } from "../../support/repository-folder.ts";
import { requires } from "../../support/requires.ts";

const ask: Ask = (argv, options) => captureCommand(argv, { ...options, timeoutMs: 60_000, mostBytes: 1024 * 1024 });
const ambient = { ...process.env, ...gitEnvironment };

requires("git")("a real repository", () => {
  test("on its branch, clean, following nothing; asked once", async () => {
    const here = new RepositoryFolder();
    const path = here.repository("a");
    let asked = 0;
    const counting: Ask = (argv, options) => {
      asked += 1;
      return ask(argv, options);
    };
    expect(await readGit(path, counting, ambient)).toEqual({
      problem: null,
      head: { kind: "branch", name: "main" },
      changedFiles: 0,
      untrackedFiles: 0,
      upstream: null,
    });
    expect(asked).toBe(1);
  });

  test("changed, staged, removed, renamed and new files are counted, whatever they are called; ignored ones are not", async () => {
    const here = new RepositoryFolder();
    const path = here.repository("a");
    for (const name of ["changed", "removed", "old name", "? x"])
      here.write(`a/${name}`, `of ${name}, which is long enough\n`);
    here.write("a/.gitignore", "ignored\n");
    here.git("a", "add", "--all");
    here.commit("a", "more");
    here.write("a/changed", "otherwise");
    here.git("a", "rm", "--quiet", "removed");
    here.git("a", "mv", "old name", "new\nname");
    here.write("a/staged", "s");
    here.git("a", "add", "staged");
    here.write("a/2 new", "n");
    here.write("a/folder/one", "1");
    here.write("a/folder/two", "2");
    here.write("a/ignored", "i");
    expect(await readGit(path, ask, ambient)).toMatchObject({ changedFiles: 4, untrackedFiles: 2 });
  });

  test("ahead of and behind what it follows", async () => {
    const here = new RepositoryFolder();
    here.repository("origin");
    here.git(".", "clone", "--quiet", "origin", "copy");
    here.commit("origin", "theirs");
    for (const message of ["ours", "ours too"]) here.commit("copy", message);
    here.git("copy", "fetch", "--quiet");
    const upstream = { name: "origin/main", ahead: 2, behind: 1 };
    expect(await readGit(here.path("copy"), ask, ambient)).toMatchObject({ upstream });
    here.git("copy", "update-ref", "-d", "refs/remotes/origin/main");
    expect(await readGit(here.path("copy"), ask, ambient)).toMatchObject({ upstream: null });
  });

  test("on no branch; before the first commit; in a worktree", async () => {
    const here = new RepositoryFolder();
    const path = here.repository("a");
    const commit = here.git("a", "rev-parse", "HEAD").slice(0, 10);
    here.git("a", "worktree", "add", "--quiet", "-b", "feature/x", "../tree");
    here.git("a", "checkout", "--quiet", "--detach");
    expect(await readGit(path, ask, ambient)).toMatchObject({ head: { kind: "detached", commit } });
    expect(await readGit(here.path("tree"), ask, ambient)).toMatchObject({
      head: { kind: "branch", name: "feature/x" },
    });
    here.git(".", "init", "--quiet", "--initial-branch=young", "new");
    expect(await readGit(here.path("new"), ask, ambient)).toMatchObject({ head: { kind: "branch", name: "young" } });
  });

  test("one that is broken says so in git's words, and is not taken for a part of the one around it", async () => {
    const here = new RepositoryFolder();
    here.repository(".");
    here.folder("broken/.git");
    here.write("lost/.git", "gitdir: /nowhere\n");
    const [broken, lost, gone] = await Promise.all(
      ["broken", "lost", "gone"].map((name) => readGit(here.path(name), ask, ambient)),
    );
    expect(broken?.problem).toMatch(/^fatal: not a git repository/);
    expect(lost?.problem).toBe("fatal: not a git repository: /nowhere");
    expect(gone?.problem).toBe("its folder is gone");
  });

  test("an environment that points git elsewhere changes nothing", async () => {
    const here = new RepositoryFolder();
    here.repository("a");
    here.repository("b");
    here.git("b", "checkout", "--quiet", "-b", "other");
    const hostile = { GIT_DIR: here.path("b/.git"), GIT_WORK_TREE: here.path("b"), GIT_INDEX_FILE: "/dev/null" };
    expect(await readGit(here.path("a"), ask, { ...ambient, ...hostile })).toMatchObject({
      head: { name: "main" },
      changedFiles: 0,
    });
  });

  test("its own configuration makes us run nothing, and nothing in it is written", async () => {
    const here = new RepositoryFolder();
    const path = here.repository("a");
    here.write("trap", `#!/bin/sh\ntouch "${here.path("trapped")}"\n`);
    chmodSync(here.path("trap"), 0o755);
    here.write("a/.gitattributes", "file diff=trap\n");
    for (const key of [
      "core.fsmonitor",
      "core.pager",
      "pager.status",
      "diff.external",
      "diff.trap.textconv",
      "diff.trap.command",
    ]) {
      here.git("a", "config", key, here.path("trap"));
    }
    here.git("a", "config", "core.hooksPath", here.folder("hooks"));
    renameSync(here.path("trap"), here.path("hooks/post-index-change"));
    here.write("trap", `#!/bin/sh\ntouch "${here.path("trapped")}"\n`);
    chmodSync(here.path("trap"), 0o755);
    here.write("a/file", "changed");
    expect(await readGit(path, ask, ambient)).toMatchObject({ changedFiles: 1 });
    expect(await gitDiffersFrom(path, "HEAD", ask, ambient)).toBe("changed");
    expect(existsSync(here.path("trapped"))).toBe(false);
    // The trap is one: git by itself falls into it.
    here.git("a", "status");
    expect(existsSync(here.path("trapped"))).toBe(true);
  });

  test("nor that of a submodule", async () => {
    const here = new RepositoryFolder();
    here.repository("inner");
    const path = here.repository("outer");
    here.git("outer", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../inner", "sub");
    here.commit("outer", "with it");
    here.write("trap", `#!/bin/sh\ntouch "${here.path("trapped")}"\n`);
    chmodSync(here.path("trap"), 0o755);
    here.git("outer/sub", "config", "core.fsmonitor", here.path("trap"));
    here.write("outer/sub/file", "changed");
    expect(await readGit(path, ask, ambient)).toMatchObject({ changedFiles: 1 });
    expect(existsSync(here.path("trapped"))).toBe(false);
    here.git("outer", "status");
    expect(existsSync(here.path("trapped"))).toBe(true);
  });

  test("without git", async () => {
    const here = new RepositoryFolder();
    const path = here.repository("a");
    expect(await readGit(path, ask, { PATH: here.root })).toEqual({ problem: "git is not installed" });
  });

  test("whether it differs from a commit", async () => {
    const here = new RepositoryFolder();
    const path = here.repository("a");
    here.git("a", "tag", "v1");
    const differs = (commit: string) => gitDiffersFrom(path, commit, ask, ambient);
    expect(await differs("v1")).toBe("unchanged");
    here.write("a/file", "not committed");
    expect(await differs("v1")).toBe("changed");
    here.commit("a", "second");
    expect(await differs("v1")).toBe("changed");
    expect(await differs("HEAD")).toBe("unchanged");
    expect(await differs("file")).toBe("unknown-commit");
    expect(await differs("v2")).toBe("unknown-commit");
    here.folder("broken/.git");
    expect(await gitDiffersFrom(here.path("broken"), "v1", ask, ambient)).toMatchObject({
      problem: expect.stringMatching(/not a git repository|usage/i),
    });
  });
});

requires("git", "root")("a repository of another user", () => {
  test("is not looked into, as git itself has it", async () => {
    const here = new RepositoryFolder();
    const path = here.repository("a");
    chownSync(path, 65_534, 65_534);
    expect((await readGit(path, ask, ambient)).problem).toMatch(/^fatal: detected dubious ownership/);
  });
});

describe("the status of git", () => {
  test("a file that was renamed is one, and its former name is no record", () => {
    const output = [
      "# branch.oid 1234567890abcdef",
      "# branch.head a b",
      "# branch.upstream origin/a b",
      "# branch.ab +1 -0",
      "2 R. N... 100644 100644 100644 1 2 R100 new",
      "? old",
      "u UU N... 1 2 3 4 5 6 7 conflict",
      "? untracked",
      "",
    ].join("\0");
    expect(parseStatus(output)).toEqual({
      problem: null,
      head: { kind: "branch", name: "a b" },
      changedFiles: 2,
      untrackedFiles: 1,
      upstream: { name: "origin/a b", ahead: 1, behind: 0 },
    });
  });
});
