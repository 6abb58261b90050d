import { expect, test } from "vitest";
import { graphDocument } from "../../../scripts/lib/report/graph-document.ts";
import { graphMermaid } from "../../../scripts/lib/report/graph-mermaid.ts";
import { graphText } from "../../../scripts/lib/report/graph-text.ts";
import { sampleService, wavesOf } from "./sample-service.ts";

const chainlens = wavesOf(
  [sampleService("redis")],
  [sampleService("backend", ["redis"])],
  [sampleService("worker", ["redis", "backend"]), sampleService("frontend", ["backend"])],
  [sampleService("monitor", ["redis", "backend", "worker", "frontend"])],
);
const conditions = wavesOf(
  [sampleService("db")],
  [sampleService("migrate", ["db"], { type: "task" })],
  [
    sampleService("end", [
      { service: "db", condition: "started" },
      { service: "migrate", condition: "completed" },
      { service: "db", required: false },
      { service: "cache", required: false, condition: "started" },
    ]),
  ],
);

test("text: each service with what it waits for", () => {
  expect(graphText(chainlens, { width: 100, color: false })).toBe(`wave 0
  redis
wave 1
  backend   ← redis
wave 2
  worker    ← redis, backend
  frontend  ← backend
wave 3
  monitor   ← redis, backend, worker, frontend
`);
});

test("a pipe has no width to wrap at", () => {
  expect(graphText(conditions, { width: Number.POSITIVE_INFINITY, color: false })).toMatch(
    /\n {2}end {13}← db \(started\), migrate \(completed\), db \(optional\), cache \(started, optional\)\n$/,
  );
});

test("text with colour", () => {
  expect(graphText(chainlens.slice(0, 2), { width: 100, color: true })).toBe(
    "\u001B[1mwave 0\u001B[22m\n  redis\n\u001B[1mwave 1\u001B[22m\n  backend\u001B[2m  ← \u001B[22mredis\n",
  );
});

test("text: conditions, tasks, optional edges; long lists go on below", () => {
  expect(graphText(conditions, { width: 54, color: false })).toBe(`wave 0
  db
wave 1
  migrate (task)  ← db
wave 2
  end             ← db (started), migrate (completed),
                    db (optional),
                    cache (started, optional)
`);
});

test("no services", () => {
  expect(graphText([], { width: 80, color: false })).toBe("There are no services.\n");
  expect(graphMermaid([])).toBe("flowchart LR\n");
});

test("mermaid: a subgraph for each wave, labels for what is not the default, no edge to what is not there", () => {
  expect(graphMermaid(conditions)).toBe(`flowchart LR
  subgraph wave0["wave 0"]
    s0["db"]
  end
  subgraph wave1["wave 1"]
    s1(["migrate"])
  end
  subgraph wave2["wave 2"]
    s2["end"]
  end
  s0 --> s1
  s0 -->|"started"| s2
  s1 -->|"completed"| s2
  s0 -.->|"optional"| s2
`);
});

test("mermaid: a name cannot leave its quotes", () => {
  expect(graphMermaid(wavesOf([sampleService('a"]#<b>')]))).toContain(`    s0["a#quot;]#35;#lt;b#gt;"]\n`);
});

test("mermaid: every line is one of the five kinds its grammar has here", () => {
  const kinds =
    /^(flowchart LR| {2}subgraph wave\d+\["wave \d+"\]| {4}s\d+(\["[^"]+"\]|\(\["[^"]+"\]\))| {2}end| {2}s\d+ (-->|-\.->)(\|"[a-z, ]+"\|)? s\d+)$/;
  for (const line of graphMermaid(chainlens).trimEnd().split("\n")) expect(line).toMatch(kinds);
});

test("the document has every edge with all of its fields", () => {
  expect(graphDocument("w", conditions.slice(0, 2))).toEqual({
    schemaVersion: 1,
    workspace: "w",
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
