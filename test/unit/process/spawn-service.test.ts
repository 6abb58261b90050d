import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isSameProcess } from "../../../scripts/lib/process/identity.ts";
import { makeFifo } from "../../../scripts/lib/process/make-fifo.ts";
import { type SpawnRequest, spawnService } from "../../../scripts/lib/process/spawn-service.ts";
import { type Stage, openStage, program, statOf } from "./stage.ts";

function request(stage: Stage, more: Partial<SpawnRequest>): SpawnRequest {
  return {
    service: "web",
    command: { kind: "argv", argv: ["sh", program("stay.sh"), "leader"] },
    cwd: stage.folder,
    environment: stage.environment,
    logFile: join(stage.folder, "web.log"),
    marker: { workspaceId: stage.workspaceId, service: "web", runId: "r1" },
    stdinFifo: null,
    ...more,
  };
}

test("a service leads a session and a group of its own, and bears its identity", async () => {
  await using stage = await openStage();
  const result = await spawnService(request(stage, {}));
  if (!result.ok) throw new Error("not started");
  const leader = await stage.actor("leader");
  const { pid, identity } = result.process;
  expect(leader.pid).toBe(pid);
  expect(statOf(pid)).toMatchObject({ pgrp: pid, session: pid, ppid: process.pid, startTime: identity.startTime });
  expect(isSameProcess(identity)).toBe(true);
  process.kill(pid, "SIGKILL");
  expect(await result.process.exited).toEqual({ code: null, signal: "SIGKILL" });
});

test("both outputs go to the log, in order, after what is there; stdin is at its end; nothing else is open", async () => {
  await using stage = await openStage();
  const logFile = join(stage.folder, "web.log");
  writeFileSync(logFile, "before\n");
  // Something of ours that must not leak.
  openSync(logFile, "r");
  const command = { kind: "argv", argv: ["sh", program("say.sh"), "one"] } as const;
  const environment = { ...stage.environment, COLOUR: "blue", GROUNDSWELL_SERVICE: "000000000000:outer:r0" };
  const result = await spawnService(request(stage, { command, environment }));
  if (!result.ok) throw new Error("not started");
  expect(await result.process.exited).toEqual({ code: 3, signal: null });
  expect(result.process.logOffset).toBe("before\n".length);
  const lines = readFileSync(logFile, "utf8").split("\n");
  expect(lines.slice(0, 3)).toEqual(["before", "out one", "err one"]);
  expect(lines).toContain("COLOUR=blue");
  expect(lines).toContain(`GROUNDSWELL_SERVICE=${stage.workspaceId}:web:r1`);
  expect(lines.filter((line) => line.startsWith("GROUNDSWELL"))).toHaveLength(1);
  expect(lines.some((line) => line.startsWith("VITEST"))).toBe(false);
  expect(lines.at(-2)).toBe(stage.folder);
  expect(statSync(logFile).mode & 0o777).toBe(0o644);

  const listing = { kind: "argv", argv: ["ls", "/proc/self/fd"] } as const;
  const other = await spawnService(request(stage, { command: listing, logFile: join(stage.folder, "new.log") }));
  if (!other.ok) throw new Error("not started");
  await other.process.exited;
  // 3 is ls reading the folder. Whoever runs the tests may have passed some on to us, as high as he liked.
  const descriptors = readFileSync(join(stage.folder, "new.log"), "utf8").trim().split("\n").map(Number);
  expect(descriptors.filter((descriptor) => descriptor < 100).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  expect(statSync(join(stage.folder, "new.log")).mode & 0o777).toBe(0o600);
});

test("a single program of a shell string is the leader itself; a script's leader is its shell", async () => {
  await using stage = await openStage();
  const nameOf = (pid: number): string => readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  const simple = await spawnService(request(stage, { command: { kind: "shell", text: "sleep ${FOR:-1000}" } }));
  const script = await spawnService(request(stage, { command: { kind: "shell", text: "sleep 1000; echo done" } }));
  if (!simple.ok || !script.ok) throw new Error("not started");
  while (nameOf(simple.process.pid) === "sh") await new Promise((resolve) => setTimeout(resolve, 2));
  expect(nameOf(simple.process.pid)).toBe("sleep");
  expect(nameOf(script.process.pid)).toBe("sh");
});

test("a FIFO as stdin never ends, and what is written to it arrives", async () => {
  await using stage = await openStage();
  const stdinFifo = join(stage.folder, "web.stdin");
  await makeFifo(stdinFifo);
  await makeFifo(stdinFifo);
  expect(statSync(stdinFifo).mode & 0o777).toBe(0o600);
  const command = {
    kind: "shell",
    text: 'while read -r line; do echo "$line $$" >"$STAGE"; done; echo "ended $$" >"$STAGE"',
  } as const;
  const result = await spawnService(request(stage, { command, stdinFifo }));
  if (!result.ok) throw new Error("not started");
  // A writer that comes and goes ends other FIFOs.
  for (const line of ["first", "second"]) {
    execFileSync("sh", ["-c", `echo ${line} > "${stdinFifo}"`]);
    expect((await stage.actor(line)).pid).toBe(result.process.pid);
  }
  expect(stage.actors().map(({ name }) => name)).toEqual(["first", "second"]);
  await expect(makeFifo(stage.folder)).rejects.toThrow("mkfifo");
});

const failures: readonly (readonly [
  string,
  (stage: Stage) => Partial<SpawnRequest>,
  readonly [string, string, string],
])[] = [
  ["a folder that is not there", () => ({ cwd: "/nowhere/at/all" }), ["cwd", "ENOENT", "/nowhere/at/all"]],
  ["a folder that is a file", () => ({ cwd: "/etc/passwd" }), ["cwd", "ENOTDIR", "/etc/passwd"]],
  [
    "a program that is not there",
    () => ({ command: { kind: "argv", argv: ["no-such-program", "x"] } }),
    ["command", "ENOENT", "no-such-program"],
  ],
  [
    "the same in a shell string",
    () => ({ command: { kind: "shell", text: "no-such-program --port 1" } }),
    ["command", "ENOENT", "no-such-program"],
  ],
  [
    "a path that is not there",
    () => ({ command: { kind: "argv", argv: ["./start"] } }),
    ["command", "ENOENT", "./start"],
  ],
  ["no program at all", () => ({ command: { kind: "argv", argv: [""] } }), ["command", "ENOENT", ""]],
  ["a folder as a program", () => ({ command: { kind: "argv", argv: ["/etc"] } }), ["command", "EACCES", "/etc"]],
  [
    "a file nobody may execute",
    (stage) => {
      writeFileSync(join(stage.folder, "start"), "#!/bin/sh\n", { mode: 0o644 });
      return { command: { kind: "argv", argv: ["./start"] } };
    },
    ["command", "EACCES", "./start"],
  ],
  [
    "a script whose interpreter is not there",
    (stage) => {
      writeFileSync(join(stage.folder, "start"), "#!/no/such/interpreter\n", { mode: 0o755 });
      return { command: { kind: "argv", argv: ["./start"] } };
    },
    ["command", "ENOENT", "./start"],
  ],
  [
    "an argument no kernel takes",
    () => ({ command: { kind: "argv", argv: ["true", "x".repeat(3_000_000)] } }),
    ["command", "E2BIG", "true"],
  ],
  [
    "a NUL in an argument",
    () => ({ command: { kind: "argv", argv: ["true", "a\0b"] } }),
    ["command", "EINVAL", "true"],
  ],
  ["a log that cannot be", () => ({ logFile: "/nowhere/web.log" }), ["log", "ENOENT", "/nowhere/web.log"]],
  ["a FIFO that is not there", () => ({ stdinFifo: "/nowhere/fifo" }), ["log", "ENOENT", "/nowhere/fifo"]],
];

test.each(failures)("%s: said as data, and nothing runs", async (_name, more, [subject, errno, path]) => {
  await using stage = await openStage();
  const result = await spawnService(request(stage, more(stage)));
  expect(result).toEqual({ ok: false, reason: { kind: "spawn-error", subject, errno, path } });
  expect(stage.living()).toEqual([]);
});

test("a program is looked for along the service's PATH, from its folder", async () => {
  await using stage = await openStage();
  mkdirSync(join(stage.folder, "bin"));
  const file = join(stage.folder, "bin", "mine");
  writeFileSync(file, "#!/bin/sh\nexit 7\n", { mode: 0o755 });
  const command = { kind: "argv", argv: ["mine"] } as const;
  for (const path of [`${stage.folder}/bin:/usr/bin`, "bin:/usr/bin"]) {
    const result = await spawnService(request(stage, { command, environment: { PATH: path } }));
    expect(result.ok && (await result.process.exited)).toEqual({ code: 7, signal: null });
  }
  chmodSync(file, 0o644);
  const denied = await spawnService(request(stage, { command, environment: { PATH: `${stage.folder}/bin:/usr/bin` } }));
  expect(denied).toMatchObject({ reason: { subject: "command", errno: "EACCES", path: "mine" } });
});

test("a hundred at once: none is lost", async () => {
  await using stage = await openStage();
  const results = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      spawnService(request(stage, { command: { kind: "argv", argv: ["sh", "-c", `exit ${index}`] } })),
    ),
  );
  const codes = await Promise.all(
    results.map(async (result) => (result.ok ? (await result.process.exited).code : null)),
  );
  expect(codes).toEqual(Array.from({ length: 100 }, (_, index) => index));
});
