import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { anchorsOf, documents, project, proseOf } from "./documents.ts";

describe.each(documents)("%s", (path) => {
  const prose = proseOf(path);

  test("links lead somewhere", () => {
    const links = [...prose.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const broken = links.filter((target) => {
      const [file = "", anchor] = target.split("#");
      const page = file === "" ? path : relative(project, join(project, dirname(path), file));
      if (!existsSync(join(project, page))) return true;
      return anchor !== undefined && !anchorsOf(page).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  test("files it names exist", () => {
    const named = [...prose.matchAll(/`((?:scripts|test|docs|bin|examples|\.ci)\/[\w./-]*)`/g)].map(
      ([, file = ""]) => file,
    );
    expect(named.filter((file) => !existsSync(join(project, file)))).toEqual([]);
  });

  test("npm scripts it names exist", () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(
      readFileSync(join(project, "package.json"), "utf8"),
    );
    const named = [...prose.matchAll(/npm (?:run )?(?:-s )?([a-z][\w:]*)/g)].map(([, name = ""]) => name);
    // npm's own commands, words that follow its name in a sentence, and scripts of examples.
    const others = new Set("run ci install pack registry prints script scripts dev api".split(" "));
    expect(named.filter((name) => !others.has(name) && !(name in scripts))).toEqual([]);
  });
});
