import { describe, expect, test } from "vitest";
import { placeAt } from "../../../scripts/lib/diagnostic/code-frame.ts";
import { formatProblem } from "../../../scripts/lib/diagnostic/format-problem.ts";
import type { Problem } from "../../../scripts/lib/diagnostic/user-error.ts";
import { findGraphProblems } from "../../../scripts/lib/graph/find-graph-problems.ts";
import type { ServiceSpec } from "../../../scripts/lib/model/service.ts";
import { edge, spec, specs } from "./spec.ts";

const file = "services.yaml";

/** One line a service: `web: api db` ; the spans are those of the words. */
function read(text: string): { services: ServiceSpec[]; problems: (off?: Off) => Problem[] } {
  let offset = 0;
  const services = text.split("\n").map((line) => {
    const start = offset;
    offset += line.length + 1;
    const words = [...line.matchAll(/[^\s:]+/g)];
    const edges = words
      .slice(1)
      .map((word) => edge(word[0], { span: { file, offset: start + word.index, length: word[0].length } }));
    return spec(words[0]?.[0] ?? "", edges);
  });
  return {
    services,
    problems: (off = []) => findGraphProblems(services, off, (span) => placeAt(text, file, span.offset, span.length)),
  };
}

type Off = readonly { readonly name: string; readonly profiles: readonly string[] }[];

const messages = (problems: readonly Problem[]): string[] => problems.map(({ message }) => message);

test("a sound graph has no problems", () => {
  expect(read("web: api\napi: db\ndb:").problems()).toEqual([]);
});

describe("names nobody bears", () => {
  test("all are found, each at its place, with the name that was meant", () => {
    const problems = read("web: apu db\napi: dbb\ndatabase:\ndb:").problems();
    expect(problems).toMatchObject([
      {
        code: "DEPENDENCY_UNKNOWN",
        place: { line: 1, column: 6, frame: { underline: 3 } },
        hint: 'Did you mean "api"?',
      },
      { code: "DEPENDENCY_UNKNOWN", place: { line: 2, column: 6 }, hint: 'Did you mean "db"?' },
    ]);
    expect(messages(problems)).toEqual([
      '"web" depends on "apu", and no service is named so',
      '"api" depends on "dbb", and no service is named so',
    ]);
  });

  test("a typo on an optional edge is a typo", () => {
    const services = specs({ api: [edge("cahce", { required: false })] });
    const problems = findGraphProblems(services, [{ name: "cache", profiles: ["full"] }], () =>
      placeAt("", file, 0, 0),
    );
    expect(problems).toMatchObject([{ code: "DEPENDENCY_UNKNOWN", hint: 'Did you mean "cache"?' }]);
  });

  test("the service itself is never the one that was meant", () => {
    expect(read("api: apj").problems()).toMatchObject([{ hint: null }]);
  });
});

describe("services off by profile", () => {
  const off = [{ name: "cache", profiles: ["full", "ci"] }];

  test("a required edge is an error that names the profiles", () => {
    const problems = read("api: cache").problems(off);
    expect(problems).toMatchObject([
      {
        code: "DEPENDENCY_OFF_BY_PROFILE",
        message: '"api" depends on "cache", which only the profile "full" or "ci" switches on',
        hint: "Add --profile full, or set required: false on this dependency.",
        place: { line: 1, column: 6 },
      },
    ]);
  });

  test("an optional edge is none", () => {
    const services = specs({ api: [edge("cache", { required: false })] });
    expect(findGraphProblems(services, off, () => placeAt("", file, 0, 0))).toEqual([]);
  });
});

describe("cycles", () => {
  test("the whole path, the edge that closes it, and the line of every other edge", () => {
    const [problem, ...others] = read("web: api\napi: db log\nlog:\ndb: web").problems();
    expect(others).toEqual([]);
    expect(problem && formatProblem(problem, false)).toBe(
      [
        "error[DEPENDENCY_CYCLE]: Services depend on each other: web -> api -> db -> web",
        " --> services.yaml:4:5",
        "  |",
        "4 | db: web",
        "  |     ^^^",
        " --> services.yaml:1:6 (web depends on api)",
        "  |",
        "1 | web: api",
        "  |      ^^^",
        " --> services.yaml:2:6 (api depends on db)",
        "  |",
        "2 | api: db log",
        "  |      ^^",
        "hint: Remove one of these dependencies.",
      ].join("\n"),
    );
  });

  test("a service that depends on itself", () => {
    expect(read("web: api web\napi:").problems()).toMatchObject([
      {
        code: "DEPENDENCY_CYCLE",
        message: "A service depends on itself: web -> web",
        place: { line: 1, column: 10 },
        related: [],
        hint: "Remove this dependency.",
      },
    ]);
  });

  test("services behind a cycle are not part of it", () => {
    expect(messages(read("page: web\nweb: api\napi: web db\ndb:").problems())).toEqual([
      "Services depend on each other: web -> api -> web",
    ]);
  });

  test("all of them: overlapping ones, separate ones, one within a larger one", () => {
    expect(messages(read("a: b\nb: c a\nc: a c\nd: e\ne: d").problems())).toEqual([
      "Services depend on each other: a -> b -> c -> a",
      "Services depend on each other: a -> b -> a",
      "A service depends on itself: c -> c",
      "Services depend on each other: d -> e -> d",
    ]);
  });

  test("names nobody bears and cycles are reported together", () => {
    expect(
      read("a: b nobody\nb: a")
        .problems()
        .map(({ code }) => code),
    ).toEqual(["DEPENDENCY_UNKNOWN", "DEPENDENCY_CYCLE"]);
  });

  test("of a tangle twenty are shown and the others counted; a simple cycle elsewhere is not hidden by it", () => {
    const tangle = ["a", "b", "c", "d", "e", "f", "g"];
    const text = [
      ...tangle.map((name) => `${name}: ${tangle.filter((other) => other !== name).join(" ")}`),
      "x: y",
      "y: x",
    ].join("\n");
    const problems = read(text).problems();
    expect(problems).toHaveLength(20);
    expect(problems.at(-1)).toMatchObject({
      message: "Services depend on each other: x -> y -> x",
      hint: "Remove one of these dependencies. At least 80 more cycles are not shown.",
    });
    expect(problems[0]?.hint).toBe("Remove one of these dependencies.");
  });

  test("when all could be counted, the number is exact", () => {
    const text = Array.from({ length: 25 }, (_, index) => `a${index}: b${index}\nb${index}: a${index}`).join("\n");
    const problems = read(text).problems();
    expect(problems).toHaveLength(20);
    expect(problems.at(-1)?.hint).toBe("Remove one of these dependencies. 5 more cycles are not shown.");
  });
});
