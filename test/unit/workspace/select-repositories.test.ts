import { expect, test } from "vitest";
import type { RepositoryScan } from "../../../scripts/lib/model/repository-workspace.ts";
import { captureCommand } from "../../../scripts/lib/process/capture-command.ts";
import { findRepositories } from "../../../scripts/lib/repos/find-repositories.ts";
import { type SelectionOptions, selectRepositories } from "../../../scripts/lib/workspace/select-repositories.ts";
import type { SelectionQuery } from "../../../scripts/lib/workspace/selection-query.ts";
import { gitEnvironment, RepositoryFolder } from "../../support/repository-folder.ts";
import { requires } from "../../support/requires.ts";

const scan: RepositoryScan = { depth: 2, markers: [".git", ".jj"], exclude: [], nested: false };
const all: SelectionQuery = {
  repo: [],
  group: [],
  tags: [],
  exclude: [],
  dirty: false,
  branch: [],
  changedSince: null,
  reposFrom: null,
};

/** Listed, and not there. */
const gone = {
  name: null,
  path: "gone",
  tags: [],
  environment: {},
  timeoutMs: null,
  span: { file: "", offset: 0, length: 0 },
};

async function select(here: RepositoryFolder, query: Partial<SelectionQuery>, options: Partial<SelectionOptions> = {}) {
  const workspace = { root: here.root, allowOutside: [], scan, list: [gone], groups: new Map() };
  const { repositories } = findRepositories(workspace, () => ({ file: "", line: 1, column: 1, frame: null }));
  const selection = await selectRepositories(
    repositories,
    workspace,
    { ...all, ...query },
    {
      ask: (argv, where) => captureCommand(argv, { ...where, timeoutMs: 60_000, mostBytes: 1024 * 1024 }),
      ambient: { ...process.env, ...gitEnvironment },
      cwd: here.root,
      wantsStates: false,
      allowsNone: false,
      leftOut: () => undefined,
      readList: async (source) => source,
      ...options,
    },
  );
  return {
    ...selection,
    names: selection.repositories.map(({ name }) => name),
    undecidedNames: selection.undecided.map(({ repository }) => repository.name),
    withoutCommitNames: selection.withoutCommit.map(({ name }) => name),
  };
}

requires("git")("selection by what is in a repository", () => {
  function world(): RepositoryFolder {
    const here = new RepositoryFolder();
    for (const name of ["changed", "clean", "feature", "new"]) here.repository(name);
    for (const name of ["changed", "clean", "new"]) here.git(name, "tag", "v1");
    here.write("changed/file", "otherwise");
    here.git("feature", "checkout", "--quiet", "-b", "feature/x");
    here.write("new/untracked", "");
    here.folder("broken/.git");
    return here;
  }

  test("--dirty: what is changed or new; what cannot be told is said", async () => {
    const selection = await select(world(), { dirty: true });
    expect(selection.names).toEqual(["changed", "new"]);
    expect(selection.undecided).toMatchObject([
      { repository: { name: "gone" }, problem: { kind: "missing" } },
      { repository: { name: "broken" }, problem: expect.stringContaining("fatal: not a git repository") },
    ]);
  });

  test("--branch, by globs; together with others", async () => {
    const here = world();
    expect((await select(here, { branch: ["feature/*"] })).names).toEqual(["feature"]);
    expect((await select(here, { branch: ["main", "feature/x"] })).names).toEqual([
      "changed",
      "clean",
      "feature",
      "new",
    ]);
    expect((await select(here, { branch: ["main"], dirty: true, repo: ["c*"] })).names).toEqual(["changed"]);
  });

  test("on no branch there is none to match", async () => {
    const here = new RepositoryFolder();
    here.repository("a");
    here.git("a", "checkout", "--quiet", "--detach");
    await expect(select(here, { branch: ["*"] })).rejects.toMatchObject({ problems: [{ code: "SELECTION_EMPTY" }] });
  });

  test("what cannot be looked into is told before nothing is left: it may be why", async () => {
    const here = world();
    const told: string[] = [];
    const leftOut: SelectionOptions["leftOut"] = ({ undecided }) =>
      void told.push(...undecided.map(({ repository }) => repository.name));
    await expect(select(here, { branch: ["nope"] }, { leftOut })).rejects.toMatchObject({
      problems: [{ code: "SELECTION_EMPTY", message: expect.stringContaining("of 2 of them it cannot be told") }],
    });
    expect(told).toEqual(["gone", "broken"]);
  });

  test("--changed-since: what differs or is new; some lack the commit, and that is said", async () => {
    const here = world();
    const { names, undecidedNames, withoutCommitNames } = await select(here, { changedSince: "v1" });
    expect({ names, undecidedNames, withoutCommitNames }).toEqual({
      names: ["changed", "new"],
      undecidedNames: ["gone", "broken"],
      withoutCommitNames: ["feature"],
    });
    here.commit("clean", "second");
    expect((await select(here, { changedSince: "v1", repo: ["clean"] })).names).toEqual(["clean"]);
  });

  test("--changed-since a commit that none has, or that is none", async () => {
    const here = world();
    const error = (changedSince: string) =>
      select(here, { changedSince, repo: ["c*"] }).then(
        () => null,
        (reason: unknown) => reason,
      );
    expect(await error("v2")).toMatchObject({ exitCode: 64, problems: [{ code: "REVISION_UNKNOWN" }] });
    for (const wrong of ["--output=x", "-v", "", "v1..v2"]) {
      expect(await error(wrong)).toMatchObject({ exitCode: 64, problems: [{ code: "USAGE" }] });
    }
  });

  test("nothing is asked of git where nothing needs it; states are read on demand", async () => {
    const here = world();
    const ask = () => Promise.reject(new Error("asked"));
    expect((await select(here, { exclude: ["broken"] }, { ask })).states.size).toBe(0);
    const { states, names } = await select(here, {}, { wantsStates: true });
    expect(names).toEqual(["gone", "broken", "changed", "clean", "feature", "new"]);
    expect([...states.keys()].map(({ name }) => name).toSorted()).toEqual(names.filter((name) => name !== "gone"));
  });
});

test("an empty selection says what was asked; it may be allowed", async () => {
  const here = new RepositoryFolder();
  here.marked("a");
  const query = { repo: ["a"], exclude: ["a"] };
  await expect(select(here, query)).rejects.toMatchObject({
    exitCode: 64,
    problems: [
      {
        code: "SELECTION_EMPTY",
        message: "None of the 2 repositories is selected by --repo a --exclude a",
        hint: expect.stringContaining("fewer at a time"),
      },
    ],
  });
  expect((await select(here, query, { allowsNone: true })).names).toEqual([]);
  await expect(select(here, { reposFrom: "# nothing\n" })).rejects.toMatchObject({
    problems: [{ code: "SELECTION_EMPTY", hint: expect.not.stringContaining("fewer at a time") }],
  });
});

test("no repositories at all: where was looked, and how deep", async () => {
  const here = new RepositoryFolder();
  const workspace = { root: here.root, scan, groups: new Map() };
  const options = { ask: () => Promise.reject(new Error("asked")), ambient: {}, cwd: here.root, wantsStates: false };
  const selectNone = (allowsNone: boolean) =>
    selectRepositories([], workspace, all, {
      ...options,
      allowsNone,
      leftOut: () => undefined,
      readList: async () => "",
    });
  await expect(selectNone(false)).rejects.toMatchObject({
    exitCode: 64,
    problems: [{ code: "NO_REPOSITORIES", message: expect.stringContaining(`${here.root}, 2 levels deep`) }],
  });
  expect((await selectNone(true)).repositories).toEqual([]);
});
