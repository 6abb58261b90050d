import { describe, expect, test } from "vitest";
import { runOlder } from "../support/older-version.ts";
import { isAlive, look } from "../support/processes.ts";
import { healthy, steered } from "../support/program.ts";
import { requires } from "../support/requires.ts";
import type { RunningCommand } from "../support/running-command.ts";
import type { StatusDocument } from "../support/status-document.ts";
import { terminal } from "../support/terminal.ts";
import { until } from "../support/until.ts";
import { workspace, type Workspace } from "../support/workspace.ts";

const stack = () => `services:\n  db: ${steered("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`;

/** Every document printed so far: each on a line of its own. */
function documents(watch: RunningCommand): readonly StatusDocument[] {
  return watch
    .printed()
    .stdout.split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function phasesOf({ services }: StatusDocument): string {
  return services.map(({ name, phase }) => `${name} ${phase}`).join(", ");
}

async function tells(watch: RunningCommand, what: (document: StatusDocument) => boolean): Promise<StatusDocument> {
  return until(
    () => documents(watch).find(what),
    () => `watched:\n${watch.printed().stdout}${watch.printed().stderr}`,
  );
}

/** The process that watches in a terminal. */
async function watcherOf(dev: Workspace): Promise<number> {
  const found = await until(
    () =>
      dev.strays().find(({ command }) => command.startsWith(process.execPath) && command.endsWith("status --watch")),
    "status --watch runs",
  );
  return found.pid;
}

describe("status --watch --json", () => {
  test("a document for each change: before the start, during it, and after the supervisor was killed", async () => {
    await using dev = await workspace(stack());
    const watch = dev.run("status", "--watch", "--json");
    expect(await tells(watch, () => true)).toMatchObject({ schemaVersion: 1, supervisor: null, services: [] });
    const start = dev.run("start_dev");
    const db = await dev.program("db");
    const { pid } = await dev.supervisor();
    await tells(watch, (one) => phasesOf(one) === "db starting, api pending" && one.supervisor?.pid === pid);
    await db.becomeHealthy();
    await start;
    await tells(watch, (one) => phasesOf(one) === "db ready, api ready" && one.supervisor?.pid === pid);
    await dev.killSupervisor();
    await tells(watch, (one) => phasesOf(one) === "db ready, api ready" && one.supervisor === null);
    await (await dev.program("api")).exit(3);
    await tells(watch, (one) => phasesOf(one) === "db ready, api failed");
    await dev.run("start_dev");
    const next = await dev.supervisor();
    await tells(watch, (one) => phasesOf(one) === "db ready, api ready" && one.supervisor?.pid === next.pid);
    await dev.run("stop");
    await tells(watch, (one) => phasesOf(one) === "db killed, api killed");
    watch.interrupt("SIGTERM");
    expect(await watch).toMatchObject({ signal: "SIGTERM", stderr: "" });
    const gists = documents(watch).map((one) => `${one.supervisor?.pid} ${JSON.stringify(one.services.map(gist))}`);
    expect(
      gists.filter((each, index) => each === gists[index - 1]),
      "the same is never told twice",
    ).toEqual([]);
  });

  test("a supervisor that does not answer is no longer named, and again when it goes on", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    await dev.run("start_dev");
    const { pid } = await dev.supervisor();
    const watch = dev.run("status", "--watch");
    await watch.says(/web .*status 200/);
    process.kill(pid, "SIGSTOP");
    await watch.says(/hint: The supervisor does not answer/);
    process.kill(pid, "SIGCONT");
    await until(
      () =>
        !(
          watch
            .printed()
            .stdout.split(/^\d\d:/m)
            .at(-1) ?? ""
        ).includes("does not answer"),
      () => `it answers again\n${watch.printed().stdout}`,
    );
    watch.interrupt();
    expect(await watch).toMatchObject({ signal: "SIGINT", stderr: "" });
    await dev.stopAll();
  });

  test("without a terminal: a table for each change, also while something starts", async () => {
    await using dev = await workspace(stack());
    const watch = dev.run("status", "--watch");
    await watch.says(/Nothing runs here/);
    const start = dev.run("start_dev");
    const db = await dev.program("db");
    await watch.says(/… starting +db .*\n· pending +api /);
    await db.becomeHealthy();
    await start;
    await watch.says(/✓ ready +db .*\n✓ ready +api /);
    watch.interrupt();
    expect(await watch).toMatchObject({ signal: "SIGINT", stderr: "" });
    await dev.stopAll();
  });

  test("a supervisor of another version is not asked, and its records are shown as they change", async () => {
    await using dev = await workspace(stack());
    const older = runOlder(dev, "start_dev");
    const db = await dev.program("db");
    const watch = dev.run("status", "--watch", "--json");
    await tells(watch, (one) => phasesOf(one) === "db starting, api pending");
    await db.becomeHealthy();
    await older;
    await tells(watch, (one) => phasesOf(one) === "db ready, api ready");
    watch.interrupt();
    await watch;
    expect(documents(watch).map(({ supervisor }) => supervisor)).not.toContainEqual(expect.anything());
    await dev.stopAll();
  });

  test("a reader that goes away ends it, quietly, with the next change", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    const watch = dev.shell(`"$0" "$@" | head -n 1`, {}, "status", "--watch", "--json");
    await watch.says(/"services":\[\]/);
    await dev.run("start_dev");
    expect(await watch).toMatchObject({ exitCode: 0, stderr: "" });
    await dev.stopAll();
  });
});

function gist({ name, phase, pid, reason, healthcheck }: StatusDocument["services"][number]): unknown {
  return [name, phase, pid, reason, healthcheck?.ok, healthcheck?.message];
}

requires("tmux")("status --watch in a real terminal", () => {
  test("follows a start from nothing, is drawn in place, and q leaves the last picture and a sane terminal", async () => {
    await using dev = await workspace(stack());
    const tty = await terminal(dev, "status", "--watch");
    await tty.shows(/q ends\s+Nothing runs here/);
    const start = dev.run("start_dev");
    const db = await dev.program("db");
    await tty.shows(/… starting +db .*\n· pending +api [^]*api +waiting for db/);
    await db.becomeHealthy();
    await start;
    await tty.shows(/✓ ready +db .*\n✓ ready +api [^]*All 2 services are ready/);
    await tty.shows(/db +\d+ +\d +[1-9]\.\d s/);
    expect((await tty.screen()).match(/STATE/g)).toHaveLength(1);
    await tty.press("x");
    await tty.press("q");
    await tty.shows(/All 2 services are ready\s+it ended with 0/);
    const screen = await tty.screen();
    expect(screen.match(/STATE/g)).toHaveLength(1);
    expect(screen).not.toContain("q ends");
    await tty.press("still-sane");
    await tty.shows(/still-sane/);
    await tty.close();
    await dev.stopAll();
  });

  test("narrow, short, and large again: it fits, and what is wrong stays in sight", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `calm${index}`);
    const calm = names.map((name) => `  ${name}: { command: sleep 60 }\n`).join("");
    await using dev = await workspace(`services:\n${calm}  bad: { command: exit 3 }\n`, {
      env: { MAX_PARALLEL_RETRIES: "0" },
    });
    await dev.run("start_dev");
    const tty = await terminal(dev, "status", "--watch");
    await tty.shows(/calm11 [^]*bad +failed: exited with code 3/);
    await tty.resize(50, 10);
    await tty.shows(/^workspace .*\n\nSTATE .*\n✗ failed +bad[^]*… and \d+ more services[^]*12 of 13 services ready/);
    await tty.resize(100, 30);
    await tty.shows(/^(?![^]*more services)[^]*calm11 [^]*bad +failed: exited with code 3/);
    await tty.press("C-c");
    await tty.shows(/it ended with 130/);
    await tty.press("still-sane");
    await tty.shows(/still-sane/);
    await tty.close();
    await dev.stopAll();
  });

  test.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)("%s: it ends, and the terminal is sane", async (signal) => {
    await using dev = await workspace(stack());
    const tty = await terminal(dev, "status", "--watch");
    await tty.shows(/q ends/);
    process.kill(await watcherOf(dev), signal);
    await tty.shows(/it ended with 1\d\d/);
    await tty.press("still-sane");
    await tty.shows(/still-sane/);
    await tty.close();
  });

  test("Ctrl-Z gives the terminal back, and going on draws anew", async () => {
    await using dev = await workspace(stack());
    const tty = await terminal(dev, "status", "--watch");
    await tty.shows(/q ends/);
    const pid = await watcherOf(dev);
    // Only the watcher: the shell around it is no interactive one and would not come back.
    process.kill(pid, "SIGTSTP");
    await until(() => look(pid)?.state === "T", "it is stopped");
    await tty.press("typed-meanwhile Enter");
    await tty.shows(/typed-meanwhile/);
    process.kill(pid, "SIGCONT");
    await tty.shows(/q ends[^]*typed-meanwhile[^]*q ends/);
    await tty.press("q");
    await tty.shows(/it ended with 0/);
    expect((await tty.screen()).match(/^workspace /gm), "the old picture, and one new one").toHaveLength(2);
    await tty.close();
  });

  test("a terminal that is closed ends it", async () => {
    await using dev = await workspace(stack());
    const tty = await terminal(dev, "status", "--watch");
    await tty.shows(/q ends/);
    const watcher = look(await watcherOf(dev));
    await tty.close();
    await until(() => watcher === null || !isAlive(watcher), "it has ended");
  });
});
