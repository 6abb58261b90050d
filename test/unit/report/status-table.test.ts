import { expect, test } from "vitest";
import type { ServiceStatus } from "../../../scripts/lib/model/state-document.ts";
import { type StatusOptions, statusTable } from "../../../scripts/lib/report/status-table.ts";

const now = new Date(2026, 10, 22, 9, 30, 0).getTime();

function row(name: string, details: Partial<ServiceStatus> = {}): ServiceStatus {
  return {
    name,
    phase: "ready",
    reason: null,
    wave: 0,
    pid: 4711,
    startedAt: now - 125_000,
    uptimeMs: 125_000,
    restarts: 0,
    exitCode: null,
    ports: [6379],
    cpuPercent: 0.44,
    cpuSeconds: 0.55,
    memoryBytes: 65_011_712,
    healthcheck: { kind: "http", ok: true, latencyMs: 3, message: "status 200", checkedAt: now - 900 },
    log: `/w/logs/${name}.log`,
    ...details,
  };
}

const nothing = {
  pid: null,
  startedAt: null,
  uptimeMs: null,
  ports: [],
  cpuPercent: null,
  cpuSeconds: null,
  memoryBytes: null,
  healthcheck: null,
};
const stack = [
  row("redis"),
  row("backend", {
    phase: "unhealthy",
    reason: "unhealthy: status 503, wanted 200",
    wave: 1,
    pid: 814_711,
    restarts: 2,
    ports: [8000, 8001],
    healthcheck: { kind: "http", ok: false, latencyMs: 3, message: "status 503, wanted 200", checkedAt: now - 900 },
  }),
  row("migrate", { phase: "completed", ...nothing }),
  row("worker", {
    phase: "failed",
    wave: 2,
    exitCode: 1,
    reason: "failed: exited with code 1",
    ...nothing,
    startedAt: now - 86_400_000,
  }),
];

function table(rows: readonly ServiceStatus[], options: Partial<StatusOptions> = {}, width = 140, color = false) {
  return statusTable(
    rows,
    { verbose: false, unsupervisedSince: null, hints: [], now, cwd: "/w", ...options },
    { width, color },
  );
}

test("the columns, the reasons, the sum", () => {
  expect(table(stack)).toBe(
    `STATE        NAME        PID  WAVE     UPTIME  RESTARTS    CPU    MEMORY  PORTS       LAST PROBE
✓ ready      redis      4711     0  2 min 5 s         0  0.4 %  62.0 MiB  6379        http status 200 (3 ms, 0.9 s ago)
! unhealthy  backend  814711     1  2 min 5 s         2  0.4 %  62.0 MiB  8000, 8001  http status 503, wanted 200 (3 ms, 0.9 s ago)
✓ completed  migrate       -     0          -         0      -         -  -           -
✗ failed     worker        -     2          -         0      -         -  -           -

! backend  unhealthy: status 503, wanted 200
✗ worker   failed: exited with code 1

2 of 4 services ready
`,
  );
});

test("no check: it has lived, which is no kind of probe", () => {
  const alive = { kind: "none", ok: true, latencyMs: 0, message: "alive for 250 ms", checkedAt: now - 900 } as const;
  expect(table([row("web", { healthcheck: alive })])).toContain("6379   alive for 250 ms (0 ms, 0.9 s ago)\n");
});

test("verbose: exit code, start, log of each", () => {
  expect(table(stack, { verbose: true }).split("\n\n")[1]).toBe(
    `✓ redis    started at 09:27:55  ·  log logs/redis.log
! backend  unhealthy: status 503, wanted 200  ·  started at 09:27:55  ·  log logs/backend.log
✓ migrate  log logs/migrate.log
✗ worker   failed: exited with code 1  ·  exit code 1  ·  started at 2026-11-21 09:30:00  ·  log logs/worker.log`,
  );
});

test("a narrow screen: what matters least goes first, then the last column is cut", () => {
  expect(table(stack.slice(0, 1), {}, 80)).toBe(
    `STATE    NAME    PID     UPTIME  RESTARTS    MEMORY  PORTS  LAST PROBE
✓ ready  redis  4711  2 min 5 s         0  62.0 MiB  6379   http status 200 (3 …

The service is ready
`,
  );
  expect(table(stack.slice(0, 1), {}, 40).split("\n")[1]).toBe("✓ ready  redis  4711  6379   http statu…");
  for (const width of [1, 20, 47, 66, 90, 120]) {
    for (const line of table(stack, {}, width).split("\n\n")[0]?.split("\n") ?? []) {
      expect(line.length).toBeLessThanOrEqual(width);
    }
  }
});

test("colour", () => {
  expect(table([row("redis")], {}, 140, true)).toBe(
    "\u001B[2mSTATE\u001B[22m    \u001B[2mNAME\u001B[22m    \u001B[2mPID\u001B[22m  \u001B[2mWAVE\u001B[22m     " +
      "\u001B[2mUPTIME\u001B[22m  \u001B[2mRESTARTS\u001B[22m    \u001B[2mCPU\u001B[22m    \u001B[2mMEMORY\u001B[22m  " +
      "\u001B[2mPORTS\u001B[22m  \u001B[2mLAST PROBE\u001B[22m\n" +
      "\u001B[32m✓\u001B[39m\u001B[32m ready\u001B[39m  \u001B[1mredis\u001B[22m  4711     0  2 min 5 s         " +
      "\u001B[2m0\u001B[22m  0.4 %  62.0 MiB  6379   http status 200\u001B[2m (3 ms, 0.9 s ago)\u001B[22m\n\n" +
      "\u001B[32mThe service is ready\u001B[39m\n",
  );
});

test("without a supervisor, and other hints", () => {
  const options = {
    unsupervisedSince: now - 7_380_000,
    hints: ["services.yaml changed since the start: start_dev applies it."],
  };
  expect(table([row("a"), row("b")], options).split("\n\n")[1]).toBe(
    `All 2 services are ready
unsupervised since 07:27:00 (2 h 3 min): nothing is restarted or watched until the next start_dev takes over
hint: services.yaml changed since the start: start_dev applies it.
`,
  );
});

test("nothing runs", () => {
  expect(table([], { hints: ["state.json is damaged."], caller: "npm" })).toBe(
    "Nothing runs here.\nNext: npm run start_dev\nhint: state.json is damaged.\n",
  );
});

test("what is left of one that starts", () => {
  const starting = row("web", { phase: "starting", reason: "starting", startedAt: now - 1_000, healthcheck: null });
  const options = { verbose: false, unsupervisedSince: null, hints: [], now };
  const wide = { color: false, width: 200 };
  const text = (usualMs: number) => statusTable([starting], { ...options, usual: new Map([["web", usualMs]]) }, wide);
  expect(text(3_000)).toContain("… web  starting, about 2.0 s left\n");
  expect(text(300)).toContain("… web  starting, longer than the usual 0.3 s\n");
  expect(statusTable([starting], options, wide)).toContain("… web  starting\n");
});
