import { symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { UserError } from "../../../scripts/lib/diagnostic/user-error.ts";
import type { Repository } from "../../../scripts/lib/model/repository.ts";
import { enumeratedRepositories } from "../../../scripts/lib/workspace/enumerated-repositories.ts";
import { RepositoryFolder } from "../../support/repository-folder.ts";

function repository(path: string, rel: string, name = rel): Repository {
  const own = { name, path, rel, tags: [], environment: {}, timeoutMs: null };
  return { ...own, kind: "git", problem: null, device: 1, inode: 1 };
}

function named(list: string, repositories: readonly Repository[], cwd = "/w/x"): readonly string[] {
  return [...enumeratedRepositories(list, repositories, cwd)].map(({ name }) => name);
}

const some = [
  repository("/w/x/a", "x/a", "first"),
  repository("/w/b", "b"),
  repository("/w", "."),
  repository("/w/# c", "# c"),
];

test("names and paths, from the root or from here; comments, blank lines and the ends of Windows", () => {
  expect(named("first\r\n\n  \n# no comment\n#\n./b/\r\n", some)).toEqual(["first", "b"]);
  expect(named("a", some)).toEqual(["first"]);
  expect(named("/w/b\n../b\nb", some)).toEqual(["b"]);
  expect(named(".", some)).toEqual(["."]);
  expect(named("\uFEFFb\n  first  ", some)).toEqual(["b", "first"]);
  expect(named("./# c", some)).toEqual(["# c"]);
  expect(named("", some)).toEqual([]);
});

test("a path through a symlink", () => {
  const here = new RepositoryFolder();
  here.folder("a");
  symlinkSync("a", here.path("link"));
  expect(named("link", [repository(here.path("a"), "elsewhere/a")], here.root)).toEqual(["elsewhere/a"]);
});

test("lines that name nothing are told, all at once, each once", () => {
  try {
    named("frist\nb\nnope/nope\nfrist", some);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      exitCode: 64,
      problems: [
        { code: "REPOSITORY_UNKNOWN", message: expect.stringContaining('"frist"'), hint: 'Did you mean "first"?' },
        { code: "REPOSITORY_UNKNOWN", message: expect.stringContaining('"nope/nope"') },
      ],
    });
  }
});
