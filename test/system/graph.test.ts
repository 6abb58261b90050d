import { expect, test } from "vitest";
import { workspace } from "../support/workspace.ts";

const shop = `name: shop
services:
  db: { command: [sleep, "1"] }
  migrate: { command: [sleep, "1"], type: task, depends_on: [db] }
  web:
    command: [sleep, "1"]
    depends_on: { migrate: { condition: completed }, cache: { condition: started, required: false } }
  cache: { command: [sleep, "1"], profiles: [fast] }
  alone: { command: [sleep, "1"] }
`;

test("as text, without starting anything", async () => {
  await using dev = await workspace(shop);
  expect(await dev.run("graph")).toEqual({
    exitCode: 0,
    signal: null,
    stderr: "",
    stdout: `wave 0
  db
  alone
wave 1
  migrate (task)  ← db
wave 2
  web             ← migrate (completed), cache (started, optional)
`,
  });
  expect(dev.strays()).toEqual([]);
  expect(dev.has(".groundswell")).toBe(false);
});

test("as mermaid; a profile adds its services", async () => {
  await using dev = await workspace(shop);
  expect((await dev.run("graph", "--format", "mermaid", "--profile", "fast")).stdout).toBe(`flowchart LR
  subgraph wave0["wave 0"]
    s0["db"]
    s1["cache"]
    s2["alone"]
  end
  subgraph wave1["wave 1"]
    s3(["migrate"])
  end
  subgraph wave2["wave 2"]
    s4["web"]
  end
  s0 --> s3
  s3 -->|"completed"| s4
  s1 -.->|"started, optional"| s4
`);
});

test("as JSON; only what a service needs", async () => {
  await using dev = await workspace(shop);
  const { stdout } = await dev.run("graph", "migrate", "--json");
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    workspace: "shop",
    waves: [
      { index: 0, services: [{ name: "db", type: "service", dependsOn: [] }] },
      {
        index: 1,
        services: [
          {
            name: "migrate",
            type: "task",
            dependsOn: [{ service: "db", condition: "healthy", required: true, restart: false }],
          },
        ],
      },
    ],
  });
});

test("a warning goes to stderr, the graph to stdout", async () => {
  await using dev = await workspace('services:\n  a: { command: ["true", "${NOT_SET}"] }\n');
  const { exitCode, stdout, stderr } = await dev.run("graph");
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "wave 0\n  a\n" });
  expect(stderr).toMatch(/^warning\[VARIABLE_UNSET\]: /);
});

test("mistakes: of the file with their place, of the arguments with what was meant", async () => {
  await using dev = await workspace(
    "services:\n  a: { command: x, depends_on: [b] }\n  b: { command: x, depends_on: [a] }\n",
  );
  const circle = await dev.run("graph");
  expect(circle).toMatchObject({ exitCode: 78, stdout: "" });
  expect(circle.stderr).toMatch(/^error\[DEPENDENCY_CYCLE\]: .*\n *--> services\.yaml:\d+:\d+/);
  const asJson = await dev.run("graph", "--json");
  expect(asJson).toMatchObject({ exitCode: 78, stderr: "" });
  expect(JSON.parse(asJson.stdout)).toMatchObject({ schemaVersion: 1, errors: [{ code: "DEPENDENCY_CYCLE" }] });
  const typo = await dev.run("graph", "--format", "mermade");
  expect(typo.exitCode).toBe(64);
  expect(typo.stderr).toContain('--format must be text or mermaid, but is "mermade"\nhint: Did you mean "mermaid"?');
});

test("an unknown service", async () => {
  await using dev = await workspace(shop);
  expect(await dev.run("graph", "wbe")).toMatchObject({
    exitCode: 64,
    stderr: 'error[SERVICE_UNKNOWN]: No service is named "wbe"\nhint: Did you mean "web"?\n',
  });
});
