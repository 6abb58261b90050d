import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { until } from "../../support/until.ts";
import { watchPlace } from "./watch-place.ts";

const forever = "echo up; while :; do sleep 1; done";

describe("the beginning", () => {
  test("all at once, each started when it has lived for a second", async () => {
    const place = watchPlace();
    const watch = place.watch([place.found("backend/auth"), place.found("web")], forever);
    await expect(place.told("watch-settled")).resolves.toMatchObject({ running: 2, total: 2 });
    expect(watch.handles.map((handle) => handle.isAlive())).toEqual([true, true]);
    const started = await place.told("watch-started", "web");
    expect(watch.handles[1]?.pid).toBe(started.pid);
    expect(place.living()).toContain(started.pid);
    await until(() => place.log("backend/auth") === "up\n" && place.log("web") === "up\n", "both have said it");
    await expect(watch.stop()).resolves.toEqual({ total: 2, started: 2, alive: 2, exitCode: 0 });
    expect(place.living()).toEqual([]);
  });

  test("more than any pool would begin", async () => {
    const place = watchPlace();
    const repositories = Array.from({ length: 30 }, (_, index) => place.found(`r${index}`));
    const watch = place.watch(repositories, "exec sleep 60");
    await expect(place.told("watch-settled")).resolves.toMatchObject({ running: 30, total: 30 });
    await expect(watch.stop()).resolves.toMatchObject({ exitCode: 0 });
    expect(place.living()).toEqual([]);
  });

  test("what ends within a second, is not there or cannot be executed has failed to start; the others go on", async () => {
    const place = watchPlace();
    const replaced = place.found("replaced");
    renameSync(replaced.path, `${replaced.path}-before`);
    mkdirSync(replaced.path);
    const repositories = [place.found("good"), place.found("bad"), place.lost("lost"), replaced, place.found("none")];
    const watch = place.watch(
      repositories,
      {},
      {
        compose: ({ name }) => ({
          argv:
            name === "none"
              ? ["no-such-program", "watch"]
              : ["sh", "-c", name === "bad" ? "echo one; echo two >&2; exit 3" : forever],
          environment: { PATH: process.env["PATH"] },
        }),
      },
    );
    await expect(place.told("watch-settled")).resolves.toMatchObject({ running: 1, total: 5 });
    const bad = await place.told("watch-failed", "bad");
    expect(bad.end).toEqual({ kind: "exited", code: 3 });
    expect(bad.lastOutput.toString().split("\n").toSorted()).toEqual(["", "one", "two"]);
    const ends = await Promise.all(["lost", "replaced", "none"].map((name) => place.told("watch-failed", name)));
    expect(ends.map(({ end }) => end)).toEqual([
      { kind: "inaccessible", path: join(place.folder, "lost"), problem: "missing" },
      { kind: "inaccessible", path: join(place.folder, "replaced"), problem: "replaced" },
      { kind: "not-executable", program: "no-such-program", errno: "ENOENT" },
    ]);
    expect(watch.handles.map(({ exitCode }) => exitCode)).toEqual([null, 3, null, null, 127]);
    await expect(watch.stop()).resolves.toEqual({ total: 5, started: 1, alive: 1, exitCode: 2 });
  });

  test("none started: it is over by itself", async () => {
    const place = watchPlace();
    const watch = place.watch([place.found("a"), place.found("b")], "exit 0");
    await expect(watch.ended).resolves.toEqual({ total: 2, started: 0, alive: 0, exitCode: 1 });
    expect(place.events.at(-1)).toMatchObject({ type: "watch-settled", running: 0, total: 2 });
  });

  test("stopped before it has settled: nothing is told of a start, and all that lived counts", async () => {
    const place = watchPlace();
    const watch = place.watch([place.found("a"), place.found("b")], forever);
    await until(() => watch.handles.every((handle) => handle.isAlive()), "both run");
    await expect(watch.stop()).resolves.toEqual({ total: 2, started: 0, alive: 2, exitCode: 0 });
    expect(place.events.map(({ type }) => type)).toEqual(["watch-stopping", "watch-stopped", "watch-stopped"]);
  });

  test("stopped while it is being begun: nothing more begins", async () => {
    const place = watchPlace();
    const repositories = Array.from({ length: 50 }, (_, index) => place.found(`r${index}`));
    const watch = place.watch(repositories, "exec sleep 60");
    await expect(watch.stop()).resolves.toMatchObject({ total: 50, started: 0 });
    expect(place.living()).toEqual([]);
  });
});

describe("a death", () => {
  test("is told with how it ended and what it said last", async () => {
    const place = watchPlace();
    const watch = place.watch([place.found("a"), place.found("b")], {
      a: "while [ ! -e die ]; do sleep 0.05; done; printf 'one\\ntwo'; exit 7",
      b: forever,
    });
    await place.told("watch-settled");
    writeFileSync(join(place.folder, "a/die"), "");
    const death = await place.told("watch-died", "a");
    expect(death).toMatchObject({ end: { kind: "exited", code: 7 }, restartMs: null });
    expect(death.lastOutput.toString()).toBe("one\ntwo");
    expect(watch.handles[0]?.isAlive()).toBe(false);
    expect(watch.handles[0]?.exitCode).toBe(7);
    await expect(watch.stop()).resolves.toEqual({ total: 2, started: 2, alive: 1, exitCode: 2 });
  });

  test("of all of them ends it", async () => {
    const place = watchPlace();
    const watch = place.watch([place.found("a")], "while [ ! -e die ]; do sleep 0.05; done; kill -9 $$");
    await place.told("watch-settled");
    writeFileSync(join(place.folder, "a/die"), "");
    await expect(watch.ended).resolves.toEqual({ total: 1, started: 1, alive: 0, exitCode: 2 });
    await expect(place.told("watch-died")).resolves.toMatchObject({ end: { kind: "signalled", signal: "SIGKILL" } });
    expect(watch.handles[0]?.exitCode).toBe(137);
  });

  test("leaves nothing behind: what it had started in a session of its own is ended too", async () => {
    const place = watchPlace();
    const watch = place.watch([place.found("a")], "setsid sleep 61 & while [ ! -e die ]; do sleep 0.05; done; exit 1");
    await place.told("watch-settled");
    writeFileSync(join(place.folder, "a/die"), "");
    await watch.ended;
    expect(place.living()).toEqual([]);
    expect(place.journal.map((line) => line.split(" ")[0])).toEqual(["begun", "spawned", "ended"]);
  });
});

describe("a restart", () => {
  /** Lives until the file is there, removes it and fails. */
  const mortal = "echo up; while [ ! -e die ]; do sleep 0.05; done; rm die; exit 1";

  test("on failure: at once, then after half a second; no more than max_restarts", async () => {
    const place = watchPlace();
    const watch = place.watch([place.found("a")], mortal, { restart: "on-failure", maxRestarts: 2 });
    const die = () => writeFileSync(join(place.folder, "a/die"), "");
    await place.told("watch-settled");
    die();
    await expect(place.told("watch-died")).resolves.toMatchObject({ restartMs: 0 });
    const restarted = await place.told("watch-restarted");
    expect(restarted).toMatchObject({ restarts: 1, pid: watch.handles[0]?.pid });
    die();
    await expect(place.told("watch-died", "a", 2)).resolves.toMatchObject({ restartMs: 500 });
    await expect(place.told("watch-restarted", "a", 2)).resolves.toMatchObject({ restarts: 2 });
    die();
    await expect(place.told("watch-died", "a", 3)).resolves.toMatchObject({ restartMs: null });
    await expect(watch.ended).resolves.toMatchObject({ exitCode: 2 });
    expect(place.log("a")).toBe("up\nup\nup\n");
  });

  test("alive again when it is stopped: all is well", async () => {
    const place = watchPlace();
    const watch = place.watch([place.found("a")], mortal, { restart: "on-failure" });
    await place.told("watch-settled");
    writeFileSync(join(place.folder, "a/die"), "");
    await place.told("watch-restarted");
    await expect(watch.stop()).resolves.toMatchObject({ alive: 1, exitCode: 0 });
  });

  test("waiting to be restarted when it is stopped: it is not begun any more", async () => {
    const place = watchPlace();
    const watch = place.watch([place.found("a")], mortal, { restart: "on-failure" });
    await place.told("watch-settled");
    for (let count = 1; count <= 3; count += 1) {
      writeFileSync(join(place.folder, "a/die"), "");
      await place.told("watch-died", "a", count);
      if (count < 3) await place.told("watch-restarted", "a", count);
    }
    await expect(watch.stop()).resolves.toMatchObject({ alive: 0, exitCode: 2 });
    expect(place.living()).toEqual([]);
  });

  test("what ended well is not begun again by itself", async () => {
    const place = watchPlace();
    const watch = place.watch([place.found("a")], "while [ ! -e die ]; do sleep 0.05; done", { restart: "on-failure" });
    await place.told("watch-settled");
    writeFileSync(join(place.folder, "a/die"), "");
    await expect(place.told("watch-died")).resolves.toMatchObject({ restartMs: null });
    await watch.ended;
  });

  test("asked for: another process, whether one runs, has died, or never started", async () => {
    const place = watchPlace();
    const watch = place.watch([place.found("a"), place.found("b")], {
      a: forever,
      b: "[ -e go ] || exit 5; exec sleep 60",
    });
    await place.told("watch-settled");
    const [a, b] = watch.handles;
    const before = a?.pid;
    await a?.restart();
    const restarted = await place.told("watch-restarted", "a");
    expect(restarted).toMatchObject({ restarts: 0 });
    expect(restarted.pid).not.toBe(before);
    expect(place.events.some(({ type }) => type === "watch-died")).toBe(false);

    await b?.restart();
    await place.told("watch-failed", "b", 2);
    writeFileSync(join(place.folder, "b/go"), "");
    await until(async () => {
      await b?.restart();
      return b?.isAlive();
    }, "it runs");
    await place.told("watch-started", "b");
    await expect(watch.stop()).resolves.toMatchObject({ started: 2, alive: 2, exitCode: 0 });
  });

  test("asked for after it has died and was stopped: it is begun again", async () => {
    const place = watchPlace();
    const died = { a: `test -e ${join(place.folder, "live")} || { sleep 1.1; exit 3; }; ${forever}`, b: forever };
    const watch = place.watch([place.found("a"), place.found("b")], died);
    await until(
      () => place.journal.some((line) => line.startsWith("ended ")),
      "it has died, and nothing is left of it",
    );
    const [a] = watch.handles;
    await a?.stop();
    writeFileSync(join(place.folder, "live"), "");
    await a?.restart();
    await place.told("watch-restarted", "a");
    expect(a?.isAlive()).toBe(true);
    await expect(watch.stop()).resolves.toMatchObject({ alive: 2 });
  });

  test("asked for when the whole watch has ended: nothing is begun that nobody would end", async () => {
    const place = watchPlace();
    const watch = place.watch([place.found("a")], "exit 3");
    await watch.ended;
    const [a] = watch.handles;
    const recorded = place.journal.length;
    await a?.restart();
    expect(a?.isAlive()).toBe(false);
    await a?.stop();
    expect(place.journal).toHaveLength(recorded);
    expect(place.living()).toEqual([]);
  });
});

describe("the end", () => {
  test("what ignores SIGTERM is killed when its time is up, with what has left its session", async () => {
    const place = watchPlace();
    const watch = place.watch(
      [place.found("stubborn"), place.found("good")],
      {
        stubborn: "trap '' TERM; setsid sh -c 'trap \"\" TERM; while :; do sleep 1; done' & while :; do sleep 1; done",
        good: "exec sleep 60",
      },
      { graceMs: 300 },
    );
    await place.told("watch-settled");
    await expect(watch.stop()).resolves.toMatchObject({ exitCode: 0 });
    const stopped = place.events.filter((event) => event.type === "watch-stopped");
    expect(stopped.map(({ repository, forced }) => [repository, forced])).toEqual([
      ["good", false],
      ["stubborn", true],
    ]);
    expect(place.living()).toEqual([]);
  });

  test("forced: no grace is left", async () => {
    const place = watchPlace();
    const watch = place.watch(
      [place.found("stubborn")],
      "trap 'echo asked' TERM; echo ready; while :; do sleep 0.05; done",
      {
        graceMs: 3_600_000,
      },
    );
    await place.told("watch-settled");
    expect(place.shown("stubborn")).toBe("ready\n");
    const force = new AbortController();
    const end = watch.stop(force.signal);
    await until(() => place.shown("stubborn").includes("asked\n"), "it has been asked");
    force.abort();
    await expect(end).resolves.toMatchObject({ exitCode: 0 });
    await expect(place.told("watch-stopped")).resolves.toMatchObject({ forced: true });
  });

  test("its last words are passed on before its end is told", async () => {
    const place = watchPlace();
    let shownAtEnd = "";
    const watch = place.watch(
      [place.found("a")],
      "trap 'echo cleaning up; exit 0' TERM; echo ready; while :; do sleep 0.05; done",
      {
        emit(event) {
          if (event.type === "watch-stopped") shownAtEnd = place.shown("a");
        },
      },
    );
    await until(() => place.shown("a") === "ready\n", "it minds its signals");
    await watch.stop();
    expect(shownAtEnd).toContain("cleaning up\n");
    expect(place.log("a")).toBe(shownAtEnd);
  });

  test("one is stopped, the others go on", async () => {
    const place = watchPlace();
    const watch = place.watch([place.found("a"), place.found("b")], forever);
    await place.told("watch-settled");
    await watch.handles[0]?.stop();
    expect(watch.handles.map((handle) => handle.isAlive())).toEqual([false, true]);
    await watch.handles[1]?.stop();
    await expect(watch.ended).resolves.toMatchObject({ exitCode: 2 });
  });
});

test("a log that cannot be written is told once, and the watch goes on", async () => {
  const place = watchPlace();
  mkdirSync(join(place.folder, "logs/watch/a.log"), { recursive: true });
  writeFileSync(join(place.folder, "logs/watch/a.log.1"), "");
  const watch = place.watch([place.found("a")], forever);
  await place.told("watch-settled");
  expect(place.events.filter(({ type }) => type === "watch-unlogged")).toHaveLength(1);
  expect(place.shown("a")).toBe("up\n");
  await watch.stop();
});
