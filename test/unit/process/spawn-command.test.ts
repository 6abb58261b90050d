import {
  chmodSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { type CommandRequest, spawnCommand } from "../../../scripts/lib/process/spawn-command.ts";
import { type Stage, openStage, statOf, until } from "./stage.ts";

/** A folder to work in, as it is found now. */
function folder(stage: Stage, name: string): CommandRequest["folder"] {
  const path = join(stage.folder, name);
  mkdirSync(path);
  const { dev, ino } = statSync(path);
  return { path, device: dev, inode: ino };
}

function request(
  stage: Stage,
  more: Partial<CommandRequest> & Pick<CommandRequest, "folder" | "argv">,
): CommandRequest {
  return {
    environment: stage.environment,
    marker: { workspaceId: stage.workspaceId, service: "a%20b", runId: "r1" },
    output: "pipes",
    ...more,
  };
}

const shell = (script: string) => ["sh", "-c", script] as const;

async function outputOf(wanted: CommandRequest) {
  const spawned = await spawnCommand(wanted);
  if (!spawned.ok) throw new Error(JSON.stringify(spawned));
  const { streams, exited, identity } = spawned.process;
  const [stdout = "", stderr = ""] = await Promise.all(streams.map((stream) => text(stream)));
  return { stdout, stderr, identity, end: await exited };
}

test("a session and group of its own, in the folder, with the marker, and nothing to read", async () => {
  await using stage = await openStage();
  const at = folder(stage, "a b");
  const script = 'echo $$; cat; pwd; echo "$PWD"; echo "$GROUNDSWELL_RUN"; cat /proc/$$/stat; echo bad >&2; exit 3';
  const { stdout, stderr, identity, end } = await outputOf(request(stage, { folder: at, argv: shell(script) }));
  const [pid, cwd, pwd, marker, stat = ""] = stdout.split("\n");
  expect([pid, cwd, pwd, marker]).toEqual([String(identity.pid), at.path, at.path, `${stage.workspaceId}:a%20b:r1`]);
  const [, , group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  expect([group, session]).toEqual([pid, pid]);
  expect({ stderr, end }).toEqual({ stderr: "bad\n", end: { code: 3, signal: null } });

  // The folder was only opened to be looked at.
  const listing = await outputOf(request(stage, { folder: at, argv: ["ls", "-l", "/proc/self/fd"] }));
  expect(listing.stdout).toContain("-> /dev/null");
  expect(listing.stdout).not.toContain(at.path);
});

test("its output may go to descriptors, and its identity is that of the process", async () => {
  await using stage = await openStage();
  const file = join(stage.folder, "out");
  const descriptor = openSync(file, "w");
  const argv = shell('echo out; echo err >&2; echo "leader $$" >"$STAGE"; exec sleep 1000');
  const spawned = await spawnCommand(
    request(stage, { folder: folder(stage, "a"), argv, output: { stdout: descriptor, stderr: descriptor } }),
  );
  if (!spawned.ok) throw new Error("not started");
  const leader = await stage.actor("leader");
  const { identity, streams, exited } = spawned.process;
  expect(streams).toEqual([]);
  expect(readFileSync(file, "utf8")).toBe("out\nerr\n");
  expect(identity).toMatchObject({ pid: leader.pid, startTime: statOf(leader.pid)?.startTime });
  process.kill(leader.pid, "SIGKILL");
  expect(await exited).toEqual({ code: null, signal: "SIGKILL" });
});

test.each([
  ["gone", (path: string) => rmSync(path, { recursive: true }), { kind: "missing" }],
  [
    "another folder in its place",
    (path: string) => (renameSync(path, `${path}.old`), mkdirSync(path)),
    { kind: "replaced" },
  ],
  [
    "a link to it in its place",
    (path: string) => (renameSync(path, `${path}.old`), symlinkSync(`${path}.old`, path)),
    { kind: "replaced" },
  ],
  [
    "a link to nowhere in its place",
    (path: string) => (renameSync(path, `${path}.old`), symlinkSync("/nowhere", path)),
    { kind: "replaced" },
  ],
  [
    "a file in its place",
    (path: string) => (renameSync(path, `${path}.old`), writeFileSync(path, "")),
    { kind: "replaced" },
  ],
] as const)("%s: nothing is run there", async (_, change, problem) => {
  await using stage = await openStage();
  const at = folder(stage, "a");
  change(at.path);
  const argv = shell('echo "ran $$" >"$STAGE"');
  expect(await spawnCommand(request(stage, { folder: at, argv }))).toEqual({ ok: false, problem });
  expect(stage.actors()).toEqual([]);
});

test("a folder that may not be entered", async () => {
  await using stage = await openStage();
  const at = folder(stage, "a");
  chmodSync(at.path, 0o000);
  const isRoot = process.getuid?.() === 0;
  // root may enter everything; nobody may not.
  if (isRoot) chmodSync(stage.folder, 0o755);
  if (isRoot) process.seteuid?.(65534);
  try {
    const spawned = await spawnCommand(request(stage, { folder: at, argv: ["true"] }));
    expect(spawned).toEqual({ ok: false, problem: { kind: "no-permission" } });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

test.each([
  ["no such program", ["no-such-program"], "ENOENT"],
  ["a text", ["./text"], "EACCES"],
  ["NUL in an argument", ["true", "a\0b"], "EINVAL"],
  ["too long an argument", ["true", "x".repeat(3_000_000)], "E2BIG"],
] as const)("%s: not executed, and nothing stays open", async (_, argv, errno) => {
  await using stage = await openStage();
  const at = folder(stage, "a");
  writeFileSync(join(at.path, "text"), "no program");
  const before = openCount();
  expect(await spawnCommand(request(stage, { folder: at, argv }))).toEqual({ ok: false, errno });
  await until(() => openCount() === before);
});

function openCount(): number {
  return readdirSync("/proc/self/fd").length;
}
