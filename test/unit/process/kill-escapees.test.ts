import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { killServices } from "../../../scripts/lib/process/kill-services.ts";
import { readMarkers } from "../../../scripts/lib/process/marker.ts";
import { openStage, program, statOf, until } from "./stage.ts";

const stay = program("stay.sh");
const clean = { forced: [], survivors: [], strangers: [] };

describe("what tries to get away from its service", () => {
  test("a child in a group of its own (set -m)", async () => {
    await using stage = await openStage();
    const { target } = await stage.start("web", `perl ${program("own-group.pl")} job & exec sh ${stay} leader`);
    const [job] = await Promise.all([stage.actor("job"), stage.actor("leader")]);
    expect(statOf(job.pid)).toMatchObject({ pgrp: job.pid, session: target.pgid });
    expect(await killServices([target], stage.options())).toEqual(clean);
    expect(stage.living()).toEqual([]);
  });

  test("a job that ignores TERM, of a leader that does not", async () => {
    await using stage = await openStage();
    const command = `perl ${program("own-group.pl")} job TERM & exec sh ${stay} leader`;
    const { target } = await stage.start("web", command, { graceMs: 100 });
    await Promise.all([stage.actor("job"), stage.actor("leader")]);
    expect(await killServices([target], stage.options())).toEqual({ ...clean, forced: ["web"] });
    expect(stage.living()).toEqual([]);
  });

  test("a grandchild in a session of its own (setsid)", async () => {
    await using stage = await openStage();
    const { target } = await stage.start("web", `setsid sh ${stay} grandchild TERM & exec sh ${stay} leader`, {
      graceMs: 100,
    });
    const [grandchild] = await Promise.all([stage.actor("grandchild"), stage.actor("leader")]);
    expect(statOf(grandchild.pid)?.session).not.toBe(target.pgid);
    expect(await killServices([target], stage.options())).toEqual({ ...clean, forced: ["web"] });
    expect(stage.living()).toEqual([]);
  });

  test("a daemon: forked twice, in another session, adopted by init", async () => {
    await using stage = await openStage();
    const { target } = await stage.start("web", ["perl", program("daemon.pl"), "daemon"]);
    const [daemon] = await Promise.all([stage.actor("daemon"), stage.actor("leader")]);
    await until(() => statOf(daemon.pid)?.ppid !== target.leader.pid);
    expect(statOf(daemon.pid)).not.toMatchObject({ session: target.pgid });
    expect(await killServices([target], stage.options())).toEqual(clean);
    expect(stage.living()).toEqual([]);
  });

  test("a daemon whose service has died long ago", async () => {
    await using stage = await openStage();
    const { target, process: started } = await stage.start("web", ["perl", program("daemon.pl"), "daemon", "TERM"], {
      graceMs: 100,
    });
    const [leader] = await Promise.all([stage.actor("leader"), stage.actor("daemon")]);
    process.kill(leader.pid, "SIGKILL");
    await started.exited;
    expect(stage.living()).toEqual(["daemon"]);
    expect(await killServices([target], stage.options())).toEqual({ ...clean, forced: ["web"] });
    expect(stage.living()).toEqual([]);
  });

  test("a process that overwrites its environment, as redis does", async () => {
    await using stage = await openStage();
    const { target } = await stage.start("web", `perl ${program("overwrite.pl")} redis & exec sh ${stay} leader`);
    const [redis] = await Promise.all([stage.actor("redis"), stage.actor("leader")]);
    expect(readMarkers(redis.pid)).toEqual([]);
    expect(await killServices([target], stage.options())).toEqual(clean);
    expect(stage.living()).toEqual([]);
  });

  test("the same in a session of its own, as long as its parent lives", async () => {
    await using stage = await openStage();
    const { target } = await stage.start(
      "web",
      `setsid perl ${program("overwrite.pl")} redis & exec sh ${stay} leader`,
    );
    const [redis] = await Promise.all([stage.actor("redis"), stage.actor("leader")]);
    expect(readMarkers(redis.pid)).toEqual([]);
    expect(statOf(redis.pid)?.session).toBe(redis.pid);
    expect(await killServices([target], stage.options())).toEqual(clean);
    expect(stage.living()).toEqual([]);
  });

  test("a process with an empty environment whose leader is dead: its session tells", async () => {
    await using stage = await openStage();
    const command = `env -i PATH="$PATH" STAGE="$STAGE" sh ${stay} wiped & exec sh ${stay} leader`;
    const { target, process: started } = await stage.start("web", command);
    const [wiped, leader] = await Promise.all([stage.actor("wiped"), stage.actor("leader")]);
    process.kill(leader.pid, "SIGKILL");
    await started.exited;
    expect(readMarkers(wiped.pid)).toEqual([]);
    expect(await killServices([target], stage.options())).toEqual(clean);
    expect(stage.living()).toEqual([]);
  });

  test("what is started by the stop signal itself is stopped too", async () => {
    await using stage = await openStage();
    const command = `trap 'setsid sh ${stay} late TERM & exit 0' TERM; sh ${stay} child & echo "leader $$" >"$STAGE"; wait`;
    const { target } = await stage.start("web", command, { graceMs: 300 });
    await Promise.all([stage.actor("leader"), stage.actor("child")]);
    const result = await killServices([target], stage.options());
    // It may have been stopped before it could say a word, or ignore anything.
    expect(result.survivors).toEqual([]);
    expect(stage.living()).toEqual([]);
  });
});

describe("a service that spawns children for ever", () => {
  for (const where of ["same", "own"]) {
    test(`in ${where === "same" ? "its own group" : "a session for each"}, heeding TERM`, async () => {
      await using stage = await openStage();
      const { target } = await stage.start("storm", ["perl", program("storm.pl"), where]);
      await stage.actor("raging");
      expect((await killServices([target], stage.options())).survivors).toEqual([]);
      expect(stage.living()).toEqual([]);
    });

    test(`in ${where === "same" ? "its own group" : "a session for each"}, ignoring TERM`, async () => {
      await using stage = await openStage();
      const { target } = await stage.start("storm", ["perl", program("storm.pl"), where, "TERM"], { graceMs: 100 });
      await stage.actor("raging");
      const result = await killServices([target], stage.options());
      expect(result).toEqual({ ...clean, forced: ["storm"] });
      expect(stage.living()).toEqual([]);
    });
  }
});

describe("a service that is never the same process for long", () => {
  for (const where of ["same", "own"]) {
    test.each([0, 300, 3000])(
      `in ${where === "same" ? "one session" : "a new session each time"}, %i µs each`,
      async (rest) => {
        await using stage = await openStage();
        const { target } = await stage.start("wander", ["perl", program("wander.pl"), String(rest), where], {
          graceMs: 20,
        });
        await stage.actor("wandering");
        // Whoever is left of it holds this lock.
        const isHeld = (): boolean => spawnSync("flock", ["-n", join(stage.folder, "wandering"), "true"]).status === 1;
        expect(isHeld()).toBe(true);
        const result = await killServices([target], stage.options());
        expect(isHeld()).toBe(false);
        expect(result).toEqual({ ...clean, forced: ["wander"] });
      },
    );
  }
});
