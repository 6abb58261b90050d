import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { captureCommand } from "../../../scripts/lib/process/capture-command.ts";
import type { Ask } from "../../../scripts/lib/repos/ask.ts";
import { jjDiffersFrom, parseChanges, readJj } from "../../../scripts/lib/repos/read-jj.ts";
import { gitEnvironment, RepositoryFolder } from "../../support/repository-folder.ts";
import { requires } from "../../support/requires.ts";

const ask: Ask = (argv, options) => captureCommand(argv, { ...options, timeoutMs: 60_000, mostBytes: 1024 * 1024 });
const ambient = { ...process.env, ...gitEnvironment };

requires("jj", "git")("a real repository of jj", () => {
  function made(here: RepositoryFolder): string {
    here.folder("a");
    here.run("a", "jj", "git", "init", "--no-colocate");
    here.write("a/file", "1");
    here.run("a", "jj", "commit", "--message", "first");
    return here.path("a");
  }

  test("its change, its files, and the nearest bookmark", async () => {
    const here = new RepositoryFolder();
    const path = made(here);
    here.run("a", "jj", "bookmark", "create", "main", "--revision", "@-");
    here.write("a/file", "2");
    here.write("a/new", "2");
    here.run("a", "jj", "status");
    const state = await readJj(path, ask, ambient);
    const id = here.run("a", "jj", "log", "--no-graph", "-r", "@", "-T", "change_id").trim();
    expect(state).toMatchObject({ problem: null, changedFiles: 2, untrackedFiles: 0, upstream: null });
    const head = state.problem === null ? state.head : null;
    expect(head).toMatchObject({ kind: "change", bookmarks: ["main"] });
    expect(id.startsWith(head?.kind === "change" ? head.id : "?")).toBe(true);
  });

  test("a look writes nothing", async () => {
    const here = new RepositoryFolder();
    const path = made(here);
    const operations = () => readdirSync(here.path("a/.jj/repo/op_store/operations")).length;
    const before = operations();
    here.write("a/unseen", "x");
    expect(await readJj(path, ask, ambient)).toMatchObject({ changedFiles: 0 });
    expect(operations()).toBe(before);
  });

  test("whether it differs from a revision", async () => {
    const here = new RepositoryFolder();
    const path = made(here);
    const differs = (revision: string) => jjDiffersFrom(path, revision, ask, ambient);
    expect(await differs("@-")).toBe("unchanged");
    here.write("a/file", "2");
    here.run("a", "jj", "status");
    expect(await differs("@-")).toBe("changed");
    expect(await differs("nope")).toBe("unknown-commit");
    expect(await differs("a(")).toBe("unknown-commit");
  });

  test("one that is broken says so, and is not taken for a part of the one around it", async () => {
    const here = new RepositoryFolder();
    made(here);
    here.folder("a/broken/.jj");
    here.folder("a/none");
    expect((await readJj(here.path("a/broken"), ask, ambient)).problem).toMatch(/broken/);
    expect((await readJj(here.path("a/none"), ask, ambient)).problem).toMatch(/no jj repo/);
  });
});

test("several bookmarks, the working copy's first", () => {
  expect(parseChanges("abc\0x y\x002\0def\0main\x000\0")).toMatchObject({
    head: { kind: "change", id: "abc", bookmarks: ["x", "y", "main"] },
    changedFiles: 2,
  });
});

test("without jj", async () => {
  const here = new RepositoryFolder();
  expect(await readJj(here.root, ask, { PATH: here.root })).toEqual({ problem: "jj is not installed" });
});
