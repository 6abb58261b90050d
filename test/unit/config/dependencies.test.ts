import { describe, expect, test } from "vitest";
import type { ServiceSpec } from "../../../scripts/lib/model/service.ts";
import { codesOf, read, type ReadOptions, withoutSpans, wordsOf } from "./services-folder.ts";

/** `web` with these lines of `depends_on`, and the services db, init and api. */
const withWeb = (dependsOn: string): string =>
  `services:\n  web: { command: x, depends_on: ${dependsOn} }\n  db: { command: x }\n  init: { command: x }\n  api: { command: x }\n`;

async function serviceOf(name: string, yaml: string, options: ReadOptions = {}): Promise<ServiceSpec> {
  const found = (await read(yaml, options)).services.find((service) => service.name === name);
  if (!found) throw new Error(`no service ${name}`);
  return found;
}

const standard = { condition: "healthy", required: true, restart: false };

test("a list: each must be healthy, and points at its own name", async () => {
  const yaml = withWeb("[db, api]");
  const { dependsOn } = await serviceOf("web", yaml);
  expect(withoutSpans(dependsOn)).toEqual([
    { service: "db", ...standard },
    { service: "api", ...standard },
  ]);
  expect(dependsOn.map(({ span }) => yaml.slice(span.offset, span.offset + span.length))).toEqual(["db", "api"]);
});

test("a map: with condition, required and restart, pointing at the key", async () => {
  const yaml = withWeb("{ db: , api: {}, init: { condition: completed, required: false, restart: true } }");
  const { dependsOn } = await serviceOf("web", yaml);
  expect(withoutSpans(dependsOn)).toEqual([
    { service: "db", ...standard },
    { service: "api", ...standard },
    { service: "init", condition: "completed", required: false, restart: true },
  ]);
  expect(dependsOn.map(({ span }) => yaml.slice(span.offset, span.offset + span.length))).toEqual([
    "db",
    "api",
    "init",
  ]);
});

test.each([
  ["started", "started"],
  ["healthy", "healthy"],
  ["completed", "completed"],
  ["service_started", "started"],
  ["service_healthy", "healthy"],
  ["service_completed_successfully", "completed"],
])("condition %s means %s", async (written, condition) => {
  const { dependsOn } = await serviceOf("web", withWeb(`{ init: { condition: ${written} } }`));
  expect(dependsOn).toMatchObject([{ condition }]);
});

test("variables in a list and in a condition", async () => {
  const yaml = withWeb('{ db: { condition: "${HOW}", required: "${MUST}" } }');
  const options = { ambient: { HOW: "started", MUST: "false" } };
  expect((await serviceOf("web", yaml, options)).dependsOn).toMatchObject([{ condition: "started", required: false }]);
  expect((await serviceOf("web", withWeb('["${DB:-db}"]'))).dependsOn).toMatchObject([{ service: "db" }]);
});

test("a service that others wait for to complete is a task", async () => {
  const yaml = withWeb("{ init: { condition: completed } }");
  expect(await serviceOf("init", yaml)).toMatchObject({ type: "task", startTimeoutMs: 600_000 });
  expect(await serviceOf("db", yaml)).toMatchObject({ type: "service", startTimeoutMs: 60_000 });
});

test("tasks: ports imply no check, and a start timeout of their own counts", async () => {
  const yaml = "services:\n  t: { command: x, type: task, ports: [80], start_timeout: 5s, restart: on-failure:2 }\n";
  expect(await serviceOf("t", yaml)).toMatchObject({
    type: "task",
    healthCheck: { kind: "none" },
    startTimeoutMs: 5_000,
    restart: { kind: "on-failure", limit: 2 },
  });
});

describe("errors", () => {
  test.each([
    ["db", ["VALUE_INVALID 2:34"]],
    ["[[db]]", ["VALUE_INVALID 2:35"]],
    ["[5]", ["VALUE_INVALID 2:35"]],
    ["[db, db]", ["VALUE_INVALID 2:39"]],
    ["{ db: healthy }", ["VALUE_INVALID 2:40"]],
    ["{ db: { condition: ready } }", ["VALUE_INVALID 2:53"]],
    ["{ db: { when: healthy } }", ["KEY_UNKNOWN 2:42"]],
    ["{ db: { required: no } }", ["YAML_BOOLEAN 2:52"]],
    ["{ db: { restart: 1 } }", ["VALUE_INVALID 2:51"]],
    ["[dbb]", ["DEPENDENCY_UNKNOWN 2:35"]],
    ["[web]", ["DEPENDENCY_CYCLE 2:35"]],
  ])("depends_on: %s", async (dependsOn, codes) => {
    expect(await codesOf(withWeb(dependsOn))).toEqual(codes);
  });

  test("a condition nobody knows", async () => {
    expect(await wordsOf(withWeb("{ db: { condition: service_health } }"))).toMatchInlineSnapshot(`
      "error[VALUE_INVALID]: services.web.depends_on.db.condition must be started, healthy or completed, not "service_health"
       --> services.yaml:2:53
        |
      2 |   web: { command: x, depends_on: { db: { condition: service_health } } }
        |                                                     ^^^^^^^^^^^^^^
      hint: Did you mean "service_healthy"?"
    `);
  });

  test("a task that says it is a service, or that could never end", async () => {
    const yaml = [
      "services:",
      "  web:",
      "    command: x",
      "    depends_on: { init: { condition: completed } }",
      "  init:",
      "    command: x",
      "    type: service",
      "    restart: always",
      "",
    ].join("\n");
    expect(await wordsOf(yaml)).toMatchInlineSnapshot(`
      "error[VALUE_INVALID]: "init" is to be a service, but "web" waits for it to complete
       --> services.yaml:7:11
        |
      7 |     type: service
        |           ^^^^^^^
      hint: Make it type: task, or let the other wait for healthy or started.

      error[VALUE_INVALID]: "init" is a task: it runs once, restart: always would never let it complete
       --> services.yaml:8:14
        |
      8 |     restart: always
        |              ^^^^^^
      hint: Use no or on-failure:N."
    `);
  });
});

describe("profiles", () => {
  const yaml = "services:\n  web: { command: x, depends_on: [db] }\n  db: { command: x, profiles: [full] }\n";

  test("a dependency that is off: its error names the profile", async () => {
    expect(await wordsOf(yaml)).toMatchInlineSnapshot(`
      "error[DEPENDENCY_OFF_BY_PROFILE]: "web" depends on "db", which only the profile "full" switches on
       --> services.yaml:2:35
        |
      2 |   web: { command: x, depends_on: [db] }
        |                                   ^^
      hint: Add --profile full, or set required: false on this dependency."
    `);
    expect(await codesOf(yaml, { profiles: ["full"] })).toEqual([]);
  });

  test("unless it is not required", async () => {
    expect(await codesOf(yaml.replace("[db]", "{ db: { required: false } }"))).toEqual([]);
  });

  test("a misspelt dependency is an error also in a service that is off", async () => {
    const off = "services:\n  web: { command: x, profiles: [full], depends_on: [dbb] }\n  db: { command: x }\n";
    expect(await codesOf(off)).toEqual(["DEPENDENCY_UNKNOWN 2:53"]);
    expect(await codesOf(off, { profiles: ["full"] })).toEqual(["DEPENDENCY_UNKNOWN 2:53"]);
  });
});
