import { mkdirSync, statSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../scripts/lib/diagnostic/user-error.ts";
import type { ListedRepository, RepositoryScan } from "../../../scripts/lib/model/repository-workspace.ts";
import { findRepositories } from "../../../scripts/lib/repos/find-repositories.ts";
import { RepositoryFolder } from "../../support/repository-folder.ts";

const usual: RepositoryScan = {
  depth: 4,
  markers: [".git", ".jj"],
  exclude: ["node_modules", "vendor"],
  nested: false,
};

function listed(path: string, more: Partial<ListedRepository> = {}): ListedRepository {
  const span = { file: "services.yaml", offset: 0, length: 0 };
  return { name: null, path, tags: [], environment: {}, timeoutMs: null, span, ...more };
}

interface Options {
  readonly scan?: Partial<RepositoryScan> | null;
  readonly list?: readonly ListedRepository[];
  readonly allowOutside?: readonly string[];
}

function find(root: string, { scan = {}, list = [], allowOutside = [] }: Options = {}) {
  return findRepositories({ root, allowOutside, scan: scan && { ...usual, ...scan }, list }, ({ file, offset }) => ({
    file,
    line: 1,
    column: offset + 1,
    frame: null,
  }));
}

function namesIn(root: string, options: Options = {}): readonly string[] {
  return find(root, options).repositories.map(({ name }) => name);
}

function problemsOf(look: () => unknown): UserError {
  try {
    look();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

describe("the scan", () => {
  test("finds by folder or file, in the order of paths by code unit, whatever it is called", () => {
    const here = new RepositoryFolder();
    for (const path of ["b", "B", "a/z", "a-b", "é", "new\nline", "\u001B[31mred", "-rf", ".dot"]) here.marked(path);
    here.write("worktree/.git", "gitdir: elsewhere\n");
    here.marked("j", ".jj");
    const { repositories, unreadable } = find(here.root);
    const names = ["-rf", ".dot", "B", "\u001B[31mred", "a-b", "a/z", "b", "j", "new\nline", "worktree", "é"];
    expect(repositories.map(({ name }) => name)).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(unreadable).toEqual([]);
    expect(repositories.find(({ name }) => name === "j")).toMatchObject({ kind: "jj", problem: null });
  });

  test("says where each is, by device and inode too; one with both markers is jj's", () => {
    const here = new RepositoryFolder();
    here.marked("x/both");
    here.marked("x/both", ".jj");
    const { dev, ino } = statSync(here.path("x/both"));
    expect(find(here.root).repositories).toEqual([
      {
        name: "x/both",
        path: here.path("x/both"),
        rel: "x/both",
        kind: "jj",
        problem: null,
        device: dev,
        inode: ino,
        tags: [],
        environment: {},
        timeoutMs: null,
      },
    ]);
  });

  test.each([
    [0, []],
    [1, ["a"]],
    [2, ["a", "b/c"]],
    [3, ["a", "b/c", "d/e/f"]],
  ])("to a depth of %i", (depth, names) => {
    const here = new RepositoryFolder();
    for (const path of ["a", "b/c", "d/e/f", "g/h/i/j"]) here.marked(path);
    expect(namesIn(here.root, { scan: { depth } })).toEqual(names);
  });

  test("the root may be one itself, and is entered all the same", () => {
    const here = new RepositoryFolder();
    here.marked(".");
    here.marked("a");
    expect(namesIn(here.root)).toEqual([".", "a"]);
    expect(namesIn(here.root, { scan: { depth: 0 } })).toEqual(["."]);
  });

  test("one inside another counts only if it is asked for", () => {
    const here = new RepositoryFolder();
    here.marked("a");
    here.marked("a/sub");
    here.marked("a/.git/modules/x");
    expect(namesIn(here.root)).toEqual(["a"]);
    expect(namesIn(here.root, { scan: { nested: true } })).toEqual(["a", "a/sub"]);
  });

  test("leaves out folders by name, by a glob of names, by a glob of paths", () => {
    const here = new RepositoryFolder();
    for (const path of ["node_modules/a", "x/node_modules/b", "old-1", "x/old-2", "x/y/z", "keep"]) here.marked(path);
    expect(namesIn(here.root, { scan: { exclude: ["node_modules", "old-*", "x/y"] } })).toEqual(["keep"]);
    expect(namesIn(here.root, { scan: { exclude: ["./x/", "**/a"] } })).toEqual(["keep", "old-1"]);
    expect(namesIn(here.root, { scan: { exclude: ["x/**"] } })).toEqual(["keep", "node_modules/a", "old-1"]);
  });

  test("follows no symlink: neither out of the root, nor in a circle, nor to what is found anyway", () => {
    const here = new RepositoryFolder();
    const elsewhere = new RepositoryFolder();
    elsewhere.marked("secret");
    here.marked("a/b");
    symlinkSync(elsewhere.root, here.path("out"));
    symlinkSync(here.root, here.path("a/circle"));
    symlinkSync(here.path("a/b"), here.path("again"));
    expect(namesIn(here.root)).toEqual(["a/b"]);
  });

  test("folders it cannot look into are told, and do not keep it from others", () => {
    const here = new RepositoryFolder();
    here.marked("a");
    here.folder("x");
    // Longer than any system takes: nobody can open it by its whole path, root neither.
    let deep = "x";
    const cwd = process.cwd();
    process.chdir(here.path("x"));
    for (let length = 0; length < 4_200; length += 201) {
      mkdirSync("d".repeat(200));
      process.chdir("d".repeat(200));
      deep += `/${"d".repeat(200)}`;
    }
    process.chdir(cwd);
    const { repositories, unreadable } = find(here.root, { scan: { depth: 40 } });
    expect(repositories.map(({ name }) => name)).toEqual(["a"]);
    expect(unreadable).toMatchObject([{ errno: "ENAMETOOLONG" }]);
    expect(here.path(deep).startsWith(unreadable[0]?.path ?? "?")).toBe(true);
  });

  test("can be switched off", () => {
    const here = new RepositoryFolder();
    here.marked("a");
    expect(namesIn(here.root, { scan: null })).toEqual([]);
    expect(namesIn(here.root, { scan: null, list: [listed("a")] })).toEqual(["a"]);
  });
});

describe("the list", () => {
  test("comes first, in its order, and is not found again", () => {
    const here = new RepositoryFolder();
    for (const path of ["a", "b", "c", "d"]) here.marked(path);
    symlinkSync(here.path("d"), here.path("link"));
    const list = [listed("c"), listed("./a/", { name: "first", tags: ["x"], timeoutMs: 5 }), listed("link")];
    expect(namesIn(here.root, { list })).toEqual(["c", "first", "d", "b"]);
    expect(find(here.root, { list }).repositories[1]).toMatchObject({
      rel: "a",
      tags: ["x"],
      timeoutMs: 5,
      kind: "git",
    });
  });

  test("a name it gives to one is no longer free for another", () => {
    const here = new RepositoryFolder();
    here.marked("a");
    here.marked("b");
    expect(namesIn(here.root, { list: [listed("b", { name: "a" })] })).toEqual(["a", "./a"]);
  });

  test("what is not there, no folder, no repository is lost, with the reason", () => {
    const here = new RepositoryFolder();
    here.write("file", "");
    here.folder("plain");
    symlinkSync("loop", here.path("loop"));
    const list = ["gone", "file", "file/below", "plain", "loop", "x".repeat(300)].map((path) => listed(path));
    const problems = find(here.root, { list }).repositories.map(({ kind, problem }) => [kind, problem?.kind]);
    expect(problems).toEqual([
      [null, "missing"],
      [null, "not-a-folder"],
      [null, "missing"],
      [null, "not-a-repository"],
      [null, "missing"],
      [null, "missing"],
    ]);
  });

  test("one that leads out of the root is refused, each of them at its place", () => {
    const here = new RepositoryFolder();
    const elsewhere = new RepositoryFolder();
    elsewhere.marked("other");
    here.marked("in");
    symlinkSync(elsewhere.path("other"), here.path("escape"));
    symlinkSync(elsewhere.root, here.path("folder"));
    const paths = [
      "escape",
      "folder/other",
      "folder/gone",
      "../x",
      "in/../../x",
      elsewhere.path("other"),
      "a\0b",
      "in/../in",
    ];
    const list = paths.map((path, offset) => listed(path, { span: { file: "f", offset, length: 1 } }));
    const error = problemsOf(() => find(here.root, { list }));
    expect(error.exitCode).toBe(78);
    expect(error.problems.map(({ code, place }) => [code, place?.column])).toEqual(
      paths.slice(0, -1).map((_, index) => ["PATH_ESCAPE", index + 1]),
    );
    expect(error.problems[0]?.message).toContain(elsewhere.path("other"));
  });

  test("a folder whose name only begins like the root's lies outside", () => {
    const here = new RepositoryFolder();
    here.folder("root");
    here.marked("root-2");
    expect(problemsOf(() => find(here.path("root"), { list: [listed("../root-2")] })).problems).toMatchObject([
      { code: "PATH_ESCAPE" },
    ]);
  });

  test("outside is allowed where it was opted for, and then named by its whole path", () => {
    const here = new RepositoryFolder();
    const elsewhere = new RepositoryFolder();
    elsewhere.marked("other");
    const list = [listed(elsewhere.path("other"))];
    const [found] = find(here.root, { list, allowOutside: [elsewhere.root] }).repositories;
    expect(found).toMatchObject({ rel: elsewhere.path("other"), name: elsewhere.path("other"), problem: null });
  });

  test("one folder, or one name, twice is refused", () => {
    const here = new RepositoryFolder();
    here.marked("a");
    here.marked("b");
    symlinkSync("a", here.path("link"));
    const twice = problemsOf(() =>
      find(here.root, { list: [listed("a"), listed("link"), listed("b", { name: "a" })] }),
    );
    expect(twice.problems.map(({ code }) => code)).toEqual(["VALUE_INVALID", "VALUE_INVALID"]);
    expect(twice.problems.map(({ message }) => message)).toEqual([
      `The folder ${here.path("a")} is listed twice`,
      'Two repositories are named "a"',
    ]);
  });
});
