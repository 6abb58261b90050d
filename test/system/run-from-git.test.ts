import { expect, test } from "vitest";
import { gitEnvironment, RepositoryFolder } from "../support/repository-folder.ts";
import { requires } from "../support/requires.ts";
import { workspace } from "../support/workspace.ts";

requires("git")("called by git", () => {
  test("from a hook, where git says which repository is meant: run and repos mean each one's own", async () => {
    await using dev = await workspace("workspace: {}\n", { env: gitEnvironment });
    const here = new RepositoryFolder(dev.root);
    for (const name of ["a", "b"]) here.repository(name);
    here.git("b", "checkout", "--quiet", "-b", "other");
    const env = { GIT_DIR: dev.path("b/.git"), GIT_WORK_TREE: dev.path("b"), GIT_PREFIX: "" };
    const ran = await dev.runWith(env, "run", "-o", "stream", "--", "git", "rev-parse", "--show-toplevel");
    expect(ran.exitCode, ran.stderr).toBe(0);
    for (const name of ["a", "b"]) expect(ran.stdout).toMatch(new RegExp(`${name}\\b.*${dev.path(name)}$`, "m"));
    const shown = await dev.runWith(env, "repos");
    expect(shown.stdout).toMatch(/^a +git +main /m);
    expect(shown.stdout).toMatch(/^b +git +other /m);
  });

  test("in a repository that git does not know for one: never the repository around it", async () => {
    await using dev = await workspace("workspace: {}\n", { env: gitEnvironment });
    const here = new RepositoryFolder(dev.root);
    here.git(".", "init", "--quiet", "--initial-branch=main");
    here.repository("broken");
    here.write("broken/.git/HEAD", "no reference\n");
    const ran = await dev.run("run", "-r", "broken", "-o", "stream", "--", "git", "rev-parse", "--show-toplevel");
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain("broken | fatal: not a git repository");
    // The trap is one: git itself goes on to the folder above.
    expect(here.git("broken", "rev-parse", "--show-toplevel").trim()).toBe(dev.root);
  });
});
