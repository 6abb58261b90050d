import * as fc from "fast-check";
import { expect, test } from "vitest";
import { UserError } from "../../../scripts/lib/diagnostic/user-error.ts";
import type { Repository } from "../../../scripts/lib/model/repository.ts";
import type { RepositoryGroup } from "../../../scripts/lib/model/repository-workspace.ts";
import { chooseRepositories, type StaticQuery } from "../../../scripts/lib/workspace/choose-repositories.ts";
import { holds } from "../../support/holds.ts";

function repository(name: string, ...tags: readonly string[]): Repository {
  const own = { name, path: `/w/dir/${name}`, rel: `dir/${name}`, tags, environment: {}, timeoutMs: null };
  return { ...own, kind: "git", problem: null, device: 1, inode: 1 };
}

const all: StaticQuery = { repo: [], group: [], tags: [], exclude: [], enumerated: null };
const some = [
  repository("web", "frontend"),
  repository("api", "backend", "go"),
  repository("old-api", "backend", "legacy"),
  repository("docs"),
];
const groups = new Map<string, RepositoryGroup>([
  ["apis", { kind: "names", globs: ["*api", "gone"] }],
  ["alive", { kind: "tags", expression: "!legacy" }],
]);

function chosen(query: Partial<StaticQuery>): readonly string[] {
  return chooseRepositories(some, groups, { ...all, ...query }).map(({ name }) => name);
}

function mistakes(query: Partial<StaticQuery>): UserError {
  try {
    chosen(query);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

test("nothing asked: all", () => {
  expect(chosen({})).toEqual(["web", "api", "old-api", "docs"]);
});

test("of one kind any may hold, of different kinds all must, what is excluded is out", () => {
  expect(chosen({ repo: ["docs", "w*"] })).toEqual(["web", "docs"]);
  expect(chosen({ group: ["apis"] })).toEqual(["api", "old-api"]);
  expect(chosen({ group: ["apis", "alive"] })).toEqual(["web", "api", "old-api", "docs"]);
  expect(chosen({ group: ["apis"], tags: ["!legacy"] })).toEqual(["api"]);
  expect(chosen({ tags: ["frontend", "go"] })).toEqual(["web", "api"]);
  expect(chosen({ exclude: ["*api"] })).toEqual(["web", "docs"]);
  expect(chosen({ repo: ["*api"], exclude: ["old-*"], enumerated: new Set(some.slice(0, 3)) })).toEqual(["api"]);
  expect(chosen({ repo: ["web"], group: ["apis"] })).toEqual([]);
});

test("what does not exist is told, all at once, with what was meant", () => {
  const error = mistakes({
    repo: ["wbe", "nothing/*"],
    group: ["apsi"],
    tags: ["backend && legcy"],
    exclude: ["dosc"],
  });
  expect(error.exitCode).toBe(64);
  expect(error.problems.map(({ code, hint }) => [code, hint])).toEqual([
    ["REPOSITORY_UNKNOWN", 'Did you mean "web"?'],
    ["REPOSITORY_UNKNOWN", "Repositories: web, api, old-api, docs."],
    ["GROUP_UNKNOWN", 'Did you mean "apis"?'],
    ["TAG_UNKNOWN", 'Did you mean "legacy"?'],
    ["REPOSITORY_UNKNOWN", 'Did you mean "docs"?'],
  ]);
  expect(error.problems[3]?.place).toMatchObject({ column: 12, frame: { text: "backend && legcy", underline: 5 } });
  expect(mistakes({ repo: ["dir/web"] }).problems[0]?.hint).toBe('That is the path of "web".');
});

test.each([
  ["auth", 'Did you mean "backend/auth"?'],
  ["user", 'Did you mean "**/user"? That fits 2 repositories.'],
  ["libs", 'Did you mean "libs/**"? That fits 2 repositories.'],
  ["libs/", 'Did you mean "libs/**"? That fits 2 repositories.'],
  ["b*r", 'Did you mean "backend/user"?'],
  ["f*", 'Did you mean "frontend/user"?'],
  ["./libs/ui/", 'That is the path of "libs/ui".'],
  ["backend/auht", 'Did you mean "backend/auth"?'],
])("%j is half a name: %s", (repo, hint) => {
  const own = ["backend/auth", "backend/user", "frontend/user", "libs/ui", "libs/log"].map((name) => ({
    ...repository(name),
    rel: name,
  }));
  expect(() => chooseRepositories(own, groups, { ...all, repo: [repo] })).toThrow(
    expect.objectContaining({ problems: [expect.objectContaining({ code: "REPOSITORY_UNKNOWN", hint })] }),
  );
});

test("an expression that is none: where it goes wrong", () => {
  const error = mistakes({ tags: ["(backend && go"] });
  expect(error).toMatchObject({ exitCode: 64, problems: [{ code: "TAG_EXPRESSION_SYNTAX", place: { column: 1 } }] });
});

type Drawn =
  | { readonly kind: "tag"; readonly tag: string }
  | { readonly kind: "not"; readonly of: Drawn }
  | { readonly kind: "both" | "either"; readonly left: Drawn; readonly right: Drawn };

const tags = ["a", "b", "c"] as const;
const { expression } = fc.letrec<{ expression: Drawn }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({ kind: fc.constant("tag" as const), tag: fc.constantFrom(...tags) }),
    fc.record({ kind: fc.constant("not" as const), of: tie("expression") }),
    fc.record({
      kind: fc.constantFrom("both" as const, "either" as const),
      left: tie("expression"),
      right: tie("expression"),
    }),
  ),
}));

function written(drawn: Drawn): string {
  if (drawn.kind === "tag") return drawn.tag;
  if (drawn.kind === "not") return `!(${written(drawn.of)})`;
  return `(${written(drawn.left)}) ${drawn.kind === "both" ? "&&" : "||"} (${written(drawn.right)})`;
}

type Names = ReadonlySet<string>;
const both = (left: Names, right: Names): Names => new Set([...left].filter((name) => right.has(name)));
const either = (left: Names, right: Names): Names => new Set([...left, ...right]);
const without = (left: Names, right: Names): Names => new Set([...left].filter((name) => !right.has(name)));

/** Which of the repositories an expression means, by sets: never one by one, as the product decides. */
function meant(drawn: Drawn, world: readonly Repository[]): Names {
  const everyone = new Set(world.map(({ name }) => name));
  if (drawn.kind === "not") return without(everyone, meant(drawn.of, world));
  if (drawn.kind !== "tag") return { both, either }[drawn.kind](meant(drawn.left, world), meant(drawn.right, world));
  return new Set(world.filter(({ tags: own }) => own.includes(drawn.tag)).map(({ name }) => name));
}

test("every selection is what sets make of it, in the order of the repositories", async () => {
  // Every tag is somebody's, so that no expression names an unknown one.
  const world = fc
    .array(fc.subarray([...tags]), { minLength: 1, maxLength: 8 })
    .map((each) => [...each, [...tags]].map((own, index) => repository(`r${index}`, ...own)));
  const drawnCase = world.chain((repositories) => {
    const names = fc.subarray(repositories.map(({ name }) => name));
    return fc.record({
      repositories: fc.constant(repositories),
      repo: names,
      grouped: fc.array(names, { maxLength: 2 }),
      expressions: fc.array(expression, { maxLength: 2 }),
      exclude: names,
      enumerated: fc.option(names),
    });
  });
  let chosenOnes = 0;
  await holds(
    2_000,
    fc.property(drawnCase, ({ repositories, repo, grouped, expressions, exclude, enumerated }) => {
      const everyone = new Set(repositories.map(({ name }) => name));
      const anyOf = (sets: readonly Names[]): Names => (sets.length === 0 ? everyone : sets.reduce(either));
      const asked = [
        anyOf(repo.map((name) => new Set([name]))),
        anyOf(grouped.map((names) => new Set(names))),
        anyOf(expressions.map((drawn) => meant(drawn, repositories))),
        enumerated === null ? everyone : new Set(enumerated),
      ];
      const expected = without(asked.reduce(both), new Set(exclude));
      const actual = chooseRepositories(
        repositories,
        new Map(grouped.map((globs, index) => [`g${index}`, { kind: "names", globs }])),
        {
          repo,
          group: grouped.map((_, index) => `g${index}`),
          tags: expressions.map(written),
          exclude,
          enumerated: enumerated && new Set(repositories.filter(({ name }) => enumerated.includes(name))),
        },
      );
      chosenOnes += actual.length > 0 ? 1 : 0;
      expect(actual.map(({ name }) => name)).toEqual([...everyone].filter((name) => expected.has(name)));
    }),
    () => `${chosenOnes} of them not empty`,
  );
});
