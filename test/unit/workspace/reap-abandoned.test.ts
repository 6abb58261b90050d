import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { identityOf } from "../../../scripts/lib/process/identity.ts";
import { commandsOf, markerText, markerVariables } from "../../../scripts/lib/process/marker.ts";
import { commandMarker } from "../../../scripts/lib/workspace/command-target.ts";
import { reapAbandoned } from "../../../scripts/lib/workspace/reap-abandoned.ts";
import { requires } from "../../support/requires.ts";

const workspaceId = commandsOf(process.pid.toString(16).padStart(12, "0"));
const marker = commandMarker(workspaceId, "api", "run-1");

/** A process in a group whose leader has gone; its identity, and the number of the group. */
function leaderless(environment: Readonly<Record<string, string>>) {
  const script = "setsid sh -c 'sleep 60 >/dev/null 2>&1 & echo $$ $!'";
  const env = { PATH: process.env["PATH"], ...environment };
  const [pgid = 0, pid = 0] = execFileSync("sh", ["-c", script], { env, encoding: "utf8" })
    .trim()
    .split(" ")
    .map(Number);
  const identity = identityOf(pid);
  if (identity === null) throw new Error("it does not live");
  onTestFinished(() => {
    if (identityOf(pid)?.startTime === identity.startTime) process.kill(pid, "SIGKILL");
  });
  return { identity, pgid };
}

/** The journal of a runner that is dead, with a command that was spawned before `identity` was. */
function abandoned({ identity, pgid }: ReturnType<typeof leaderless>): {
  readonly folder: string;
  readonly file: string;
} {
  const folder = mkdtempSync(join(tmpdir(), "reap-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, `${pgid}-1.ndjson`);
  const leader = { ...identity, pid: pgid, startTime: String(Number(identity.startTime) - 10) };
  const entries = [
    { owner: { ...leader, startTime: "1" } },
    { begun: marker.runId, repository: "api" },
    { spawned: marker.runId, leader },
  ];
  writeFileSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  return { folder, file };
}

requires("setsid")("a group whose leader has gone", () => {
  test("is ended where one of it bears the command's mark", async () => {
    const left = leaderless({ [markerVariables.run]: markerText(marker) });
    const { folder, file } = abandoned(left);
    expect(await reapAbandoned(folder, workspaceId)).toEqual({ repositories: ["api"], survivors: [] });
    expect(identityOf(left.identity.pid)).toBeNull();
    expect(existsSync(file)).toBe(false);
  });

  test("is a stranger's, who was given the number since, where nobody does", async () => {
    const stranger = leaderless({});
    const { folder, file } = abandoned(stranger);
    expect(await reapAbandoned(folder, workspaceId)).toEqual({ repositories: [], survivors: [] });
    expect(identityOf(stranger.identity.pid)).toEqual(stranger.identity);
    expect(existsSync(file)).toBe(false);
  });
});
