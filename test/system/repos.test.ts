import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { gitEnvironment, RepositoryFolder } from "../support/repository-folder.ts";
import { requires } from "../support/requires.ts";
import type { Finished } from "../support/running-command.ts";
import { until } from "../support/until.ts";
import { type Workspace, workspace, type WorkspaceOptions } from "../support/workspace.ts";

async function repositories(yaml: string, options: WorkspaceOptions = {}): Promise<[Workspace, RepositoryFolder]> {
  const dev = await workspace(yaml, { ...options, env: { ...gitEnvironment, ...options.env } });
  return [dev, new RepositoryFolder(dev.root)];
}

function namesOf({ stdout }: Finished): readonly string[] {
  const document: { readonly repositories: readonly { readonly name: string }[] } = JSON.parse(stdout);
  return document.repositories.map(({ name }) => name);
}

requires("git")("repos", () => {
  test("a line each, how they stand, and what is wrong with some: exit 2", async () => {
    const [dev, here] = await repositories(`workspace:
  repositories:
    scan: true
    list: [{ path: backend/auth-service, name: auth, tags: [backend, go] }, { path: gone }]
`);
    await using _ = dev;
    here.repository("origin.d");
    here.git(".", "clone", "--quiet", "origin.d", "backend/auth-service");
    here.commit("backend/auth-service", "ours");
    here.repository("web");
    here.git("web", "checkout", "--quiet", "-b", "feature/x");
    here.write("web/new", "");
    here.write("web/file", "changed");
    here.folder("broken/.git");
    here.repository("evil\n\u001B[31mname");
    expect(await dev.run("repos")).toEqual({
      exitCode: 2,
      signal: null,
      stderr: "",
      stdout: String.raw`NAME                KIND  BRANCH     CHANGES  UPSTREAM  TAGS         PATH
auth                git   main       clean    ↑1        backend, go  backend/auth-service
gone                -     ?          ?        ?         -            gone
broken              git   ?          ?        ?         -            broken
evil\n\x1b[31mname  git   main       clean    -         -            evil\n\x1b[31mname
origin.d            git   main       clean    -         -            origin.d
web                 git   feature/x  2 files  -         -            web

✗ gone: there is no such folder
✗ broken: fatal: not a git repository (or any of the parent directories): .git
6 repositories, 1 with changes, 2 cannot be read
`,
    });
    expect(dev.has(".groundswell")).toBe(false);
  });

  test("as JSON, with names as they are; only the list, without git", async () => {
    const [dev, here] = await repositories("workspace: {}\n");
    await using _ = dev;
    here.repository("a\nb");
    here.git("a\nb", "checkout", "--quiet", "--detach");
    const commit = here.git("a\nb", "rev-parse", "HEAD").slice(0, 10);
    const known = {
      name: "a\nb",
      path: dev.path("a\nb"),
      rel: "a\nb",
      kind: "git",
      tags: [],
      branch: null,
      commit,
      change: null,
      bookmarks: null,
      dirty: false,
      changedFiles: 0,
      untrackedFiles: 0,
      upstream: null,
      ahead: null,
      behind: null,
      problem: null,
    };
    const document = { schemaVersion: 1, root: dev.root, summary: { total: 1, dirty: 0, unreadable: 0 } };
    const asked = await dev.run("repos", "--json");
    expect(asked).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(asked.stdout)).toEqual({ ...document, repositories: [known] });
    const listed = await dev.runWith({ PATH: "/nowhere" }, "repos", "--no-state", "--json");
    expect(listed).toMatchObject({ exitCode: 0, stderr: "" });
    const unknown = { commit: null, dirty: null, changedFiles: null, untrackedFiles: null };
    expect(JSON.parse(listed.stdout)).toEqual({ ...document, repositories: [{ ...known, ...unknown }] });
  });

  test("without a services file: what lies below; from a folder below one: the whole workspace", async () => {
    const [dev, here] = await repositories("workspace: {}\n");
    await using _ = dev;
    here.repository("a");
    here.repository("b/c");
    expect(namesOf(await dev.runIn("b", "repos", "--json"))).toEqual(["a", "b/c"]);
    rmSync(dev.path("services.yaml"));
    expect(namesOf(await dev.runIn("b", "repos", "--json"))).toEqual(["c"]);
    expect(await dev.run("repos", "--file", "other.yaml")).toMatchObject({
      exitCode: 78,
      stderr: expect.stringContaining("error[CONFIG_NOT_FOUND]"),
    });
  });

  test("git that is not installed is said once; none can be looked into: exit 1", async () => {
    const [dev, here] = await repositories("workspace: {}\n");
    await using _ = dev;
    for (const name of ["a", "b", "c"]) here.repository(name);
    const end = await dev.runWith({ PATH: "/nowhere" }, "repos");
    expect(end.exitCode).toBe(1);
    expect(end.stdout.match(/git is not installed/g)).toHaveLength(1);
    expect(end.stdout).toContain("✗ a, b, c: git is not installed\n");
  });

  test("selected by name, group, tag, state and list, as it is typed", async () => {
    const [dev, here] = await repositories(`workspace:
  repositories: { scan: true, list: [{ path: api, tags: [backend] }, { path: old-api, tags: [backend, legacy] }] }
  groups: { apis: ["*api"], alive: { tags: "!legacy" } }
`);
    await using _ = dev;
    for (const name of ["api", "old-api", "web"]) here.repository(name);
    here.write("web/new", "");
    here.git("api", "tag", "v1");
    here.commit("api", "second");
    const names = async (...argv: readonly string[]) => namesOf(await dev.run("repos", "--json", ...argv));
    expect(await names("-g", "apis", "-x", "old-*")).toEqual(["api"]);
    expect(await names("-t", "backend && !legacy")).toEqual(["api"]);
    expect(await names("-g", "alive", "--dirty")).toEqual(["web"]);
    expect(await names("-r", "w*", "-r", "api", "--branch", "main")).toEqual(["api", "web"]);
    const since = await dev.run("repos", "--changed-since", "v1", "--json");
    expect(namesOf(since)).toEqual(["api"]);
    expect(since.stderr).toBe("note: left out, since they have no such commit: old-api, web\n");
    const piped = await dev.shell(
      `printf '# mine\\r\\nweb\\r\\n\\n./api/' | "$0" "$@"`,
      {},
      "repos",
      "--json",
      "--repos-from",
      "-",
    );
    expect(namesOf(piped)).toEqual(["api", "web"]);
  });
});

test("Ctrl-C ends what is being asked, in whatever repository", async () => {
  const [dev, here] = await repositories("workspace: {}\n");
  await using _ = dev;
  for (const name of ["a", "b", "c"]) here.marked(name);
  here.write("bin/git", `#!/bin/sh\ntouch "${dev.path("asked")}"\nexec sleep 1000\n`);
  chmodSync(dev.path("bin/git"), 0o755);
  const running = dev.runWith({ PATH: `${dev.path("bin")}:/usr/bin:/bin` }, "repos", "--dirty");
  await until(() => dev.has("asked"), "git is asked");
  running.interrupt();
  expect(await running).toEqual({ exitCode: null, signal: "SIGINT", stdout: "", stderr: "" });
  await dev.nothingIsLeft();
});

test.each(["-", "fifo"])("Ctrl-C ends the wait for a list that never comes (%s)", async (source) => {
  const [dev, here] = await repositories('workspace: { root: "${NOT_SET}." }\n');
  await using _ = dev;
  here.marked("a");
  execFileSync("mkfifo", [dev.path("fifo")]);
  const running = dev.spawn("repos", "--no-state", "--repos-from", source);
  // The last it says before it waits.
  await running.says(/VARIABLE_UNSET/);
  running.interrupt();
  expect(await running).toMatchObject({ exitCode: null, signal: "SIGINT", stdout: "" });
});

describe("what is refused", () => {
  test("all that leads out of the root is told at once, with its place, and nothing is asked of git", async () => {
    const [dev, here] = await repositories(`workspace:
  repositories:
    list:
      - path: link
      - path: ../..
      - path: in
      - path: in/../../elsewhere
`);
    await using _ = dev;
    here.marked("in");
    symlinkSync("/usr", dev.path("link"));
    const end = await dev.run("repos");
    expect(end).toMatchObject({ exitCode: 78, stdout: "" });
    const places = [...end.stderr.matchAll(/error\[PATH_ESCAPE\][^]*?--> services\.yaml:(\d+)/g)].map(
      ([, line]) => line,
    );
    expect(places).toEqual(["4", "5", "7"]);
  });

  test("a NUL, which no path can hold", async () => {
    const [dev] = await repositories('workspace: { repositories: { list: [{ path: "nul\\0" }] } }\n');
    await using _ = dev;
    const end = await dev.run("repos");
    expect(end).toMatchObject({ exitCode: 78, stdout: "" });
    expect(end.stderr).toContain("cannot hold a NUL character\n --> services.yaml:1:");
  });

  test("the same in JSON", async () => {
    const [dev] = await repositories("workspace: { repositories: { list: [{ path: /usr }] } }\n");
    await using _ = dev;
    const end = await dev.run("repos", "--json");
    expect(end).toMatchObject({ exitCode: 78, stderr: "" });
    expect(JSON.parse(end.stdout)).toMatchObject({ errors: [{ code: "PATH_ESCAPE", place: { line: 1 } }] });
  });

  const typed: readonly (readonly [what: string, argv: readonly string[], said: readonly string[]])[] = [
    [
      "an expression that is not closed, with its place",
      ["-t", "(a && b"],
      ["error[TAG_EXPRESSION_SYNTAX]", "--tags:1:1"],
    ],
    ["a list that is not there", ["--repos-from", "none.txt"], ["error[USAGE]", "none.txt cannot be read: ENOENT"]],
    [
      "a list of unknown ones, all of them",
      ["--repos-from", "list.txt"],
      ['"frist"', '"other"', 'Did you mean "first"?'],
    ],
    ["a commit that would be an option", ["--changed-since=--output=x"], ["error[USAGE]", "must name a commit"]],
    ["a name without a value", ["--repo"], ["error[USAGE]", "--repo needs a value"]],
    ["an argument", ["first"], ["error[USAGE]", 'Unexpected argument "first"']],
  ];

  test.each(typed)("%s: exit 64", async (_what, argv, said) => {
    const [dev, here] = await repositories("workspace: { repositories: { list: [{ path: first, tags: [a, b] }] } }\n", {
      files: { "list.txt": "first\nfrist\nother\n" },
    });
    await using _ = dev;
    here.marked("first");
    const end = await dev.run("repos", ...argv);
    expect(end).toMatchObject({ exitCode: 64, stdout: "" });
    for (const text of said) expect(end.stderr).toContain(text);
    expect(dev.has("x")).toBe(false);
  });
});

// Root may enter everything, unless it is told not to.
const unprivileged = `drop=-dac_override,-dac_read_search
[ "$(id -u)" = 0 ] && exec setpriv --bounding-set=$drop --inh-caps=$drop "$0" "$@"
exec "$0" "$@"`;

requires("setpriv", "git")("without permission", () => {
  test("a repository is lost, a folder of the scan is told; others are shown all the same", async () => {
    const [dev, here] = await repositories(`workspace:
  repositories: { scan: true, list: [{ path: closed/listed }, { path: shut }] }
`);
    await using _ = dev;
    here.repository("open");
    here.repository("shut");
    here.repository("closed/listed");
    mkdirSync(dev.path("locked"));
    const closed = ["closed", "shut", "locked"].map((name) => dev.path(name));
    for (const path of closed) chmodSync(path, 0o000);
    const end = await dev.shell(unprivileged, {}, "repos");
    for (const path of closed) chmodSync(path, 0o755);
    expect(end.exitCode).toBe(2);
    expect(end.stdout).toMatch(/^open +git +main +clean/m);
    expect(end.stdout).toContain("✗ closed/listed, shut: it may not be entered\n");
    expect(end.stderr).toMatch(/^note: 3 folders could not be looked into for repositories: .*locked \(EACCES\)/);
  });
});

requires("jj", "git")("of jj", () => {
  test("the nearest bookmark and the change", async () => {
    const path = process.env["PATH"] ?? "";
    const [dev, here] = await repositories("workspace: {}\n", { env: { PATH: path } });
    await using _ = dev;
    here.folder("a");
    here.run("a", "jj", "git", "init", "--colocate");
    here.run("a", "jj", "bookmark", "create", "main", "--revision", "@");
    here.run("a", "jj", "new");
    here.write("a/new", "");
    here.run("a", "jj", "status");
    const end = await dev.run("repos");
    expect(end).toMatchObject({ exitCode: 0, stderr: "" });
    expect(end.stdout).toMatch(/^a +jj +main \([k-z]+\) +1 file +- +- +a$/m);
    expect(namesOf(await dev.run("repos", "--json", "--branch", "main", "--dirty"))).toEqual(["a"]);
  });
});
