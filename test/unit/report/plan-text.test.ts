import { expect, test } from "vitest";
import type { HealthCheck } from "../../../scripts/lib/model/service.ts";
import { commandWords } from "../../../scripts/lib/report/command-words.ts";
import { healthCheckWords } from "../../../scripts/lib/report/health-check-words.ts";
import { planDocument } from "../../../scripts/lib/report/plan-document.ts";
import { planText } from "../../../scripts/lib/report/plan-text.ts";
import { sampleService, wavesOf } from "./sample-service.ts";

const timing = { intervalMs: 1000, timeoutMs: 2000, retries: 3, startPeriodMs: 0 };
const http: HealthCheck = {
  kind: "http",
  url: "http://u:secret@127.0.0.1:8000/health",
  method: "GET",
  headers: { authorization: "Bearer secret" },
  status: [
    { from: 200, to: 200 },
    { from: 300, to: 399 },
  ],
  body: null,
  timing,
};
const plan = {
  workspace: "shop",
  root: "/w",
  strategy: "waves",
  waves: wavesOf(
    [
      sampleService("redis", [], {
        ports: [{ host: null, port: 6379 }],
        healthCheck: { kind: "tcp", targets: [{ host: "localhost", port: 6379 }], implied: true, timing },
      }),
    ],
    [
      sampleService("migrate", ["redis"], { type: "task", environment: { TOKEN: "secret" } }),
      sampleService("backend", ["redis"], {
        cwd: "/w/api",
        command: { kind: "argv", argv: ["node", "server.js", "it's \u001B[2J"] },
        ports: [{ host: "127.0.0.1", port: 8000 }],
        healthCheck: http,
      }),
    ],
    [sampleService("worker", [{ service: "migrate", condition: "completed" }])],
  ),
  usual: new Map<string, number>(),
  expectedMs: null,
  offByProfile: [{ name: "docs", profiles: ["full", "docs"] }],
} as const;

test("the plan as text", () => {
  expect(planText(plan, { color: false })).toBe(`shop: 4 services in 3 waves

wave 0
  redis    run redis
           ports      6379
           ready when tcp localhost:6379 accepts

wave 1
  migrate  run migrate
           needs      redis
           done when  it exits with code 0
  backend  node server.js 'it'\\''s '
           in         api
           ports      127.0.0.1:8000
           needs      redis
           ready when GET http://127.0.0.1:8000/health answers 200, 300-399

wave 2
  worker   run worker
           needs      migrate (completed)
           ready when it has lived for 0.25 s

docs is off: it needs --profile full or docs

Nothing was started.
`);
});

test("the plan with colour", () => {
  const small = { ...plan, waves: wavesOf([sampleService("a")]), offByProfile: [], strategy: "eager" } as const;
  expect(planText(small, { color: true })).toBe(
    "\u001B[1mshop\u001B[22m: 1 service, each as soon as its dependencies allow\n\n\u001B[1mwave 0\u001B[22m\n" +
      "  a  \u001B[36mrun a\u001B[39m\n\u001B[2m     ready when \u001B[22mit has lived for 0.25 s\n\n" +
      "\u001B[2mNothing was started.\u001B[22m\n",
  );
});

test("the plan as a document, without anything secret", () => {
  const document = planDocument(plan);
  expect(document).toMatchObject({
    schemaVersion: 1,
    workspace: "shop",
    root: "/w",
    strategy: "waves",
    waves: [
      { index: 0 },
      {
        index: 1,
        services: [
          { name: "migrate", type: "task", command: "run migrate" },
          {
            name: "backend",
            command: ["node", "server.js", "it's \u001B[2J"],
            cwd: "/w/api",
            ports: [{ host: "127.0.0.1", port: 8000 }],
            dependsOn: [{ service: "redis", condition: "healthy", required: true }],
            healthcheck: { kind: "http" },
            startTimeoutMs: 60_000,
          },
        ],
      },
      { index: 2 },
    ],
    offByProfile: [{ name: "docs", profiles: ["full", "docs"] }],
  });
  expect(JSON.stringify(document)).not.toContain("secret");
});

const checks: readonly (readonly [HealthCheck, words: string])[] = [
  [{ ...http, body: "ok" }, "GET http://127.0.0.1:8000/health answers 200, 300-399 with a body matching /ok/"],
  [{ kind: "exec", command: { kind: "argv", argv: ["pg_isready", "-q"] }, timing }, "pg_isready -q exits with code 0"],
  [{ kind: "log", pattern: "ready in \\d+", timing }, "its log has a line matching /ready in \\d+/"],
  [{ kind: "file", path: "/tmp/up", timing }, "/tmp/up exists"],
  [{ kind: "waitOn", resources: ["tcp:1", "file:x"], timing }, "wait-on finds tcp:1, file:x"],
];

test.each(checks)("%j", (healthCheck, words) => {
  expect(healthCheckWords({ healthCheck, minUptimeMs: 250, type: "service" })).toBe(words);
});

test("a shell string of many lines is one line", () => {
  expect(commandWords({ kind: "shell", text: "set -e\n  npm run build\nnpm start\n" })).toBe(
    "set -e ⏎ npm run build ⏎ npm start",
  );
});

test("what is known of its last starts", () => {
  const known = { ...plan, usual: new Map([["redis", 1_234]]), expectedMs: 4_120, waves: plan.waves.slice(0, 1) };
  expect(planText(known, { color: false })).toContain(`
  redis  run redis
         ports      6379
         ready when tcp localhost:6379 accepts
         usually in 1.23 s

docs is off: it needs --profile full or docs

By its last starts, all would be ready in about 4.1 s.
Nothing was started.
`);
  expect(planDocument(known)).toMatchObject({
    expectedMs: 4_120,
    waves: [{ services: [{ name: "redis", usualStartupMs: 1_234 }] }],
  });
  expect(planDocument(plan)).toMatchObject({
    expectedMs: null,
    waves: [{ services: [{ usualStartupMs: null }] }, {}, {}],
  });
});
