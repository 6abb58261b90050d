import { once } from "node:events";
import { renameSync, rmSync } from "node:fs";
import { createConnection, createServer, type Socket } from "node:net";
import { until } from "./until.ts";
import type { Workspace } from "./workspace.ts";

/** The line between commands and the supervisor, tapped. Disposing of it ends the lines that go through it. */
export interface Overheard extends Disposable {
  /**
   * Waits until so many commands have asked to be told of everything, and the supervisor's answer to each is under way: what happens from now on
   * comes after it. Nothing that such a command prints tells that.
   */
  readonly followers: (count: number) => Promise<void>;
}

/** Steps between the supervisor that runs now and every command that comes from now on. Each byte is passed on as it is. */
export async function overhear(dev: Workspace): Promise<Overheard> {
  const control = dev.path(".groundswell", "ctl");
  const behind = `${control}.behind`;
  const lines = new Set<Socket>();
  let followers = 0;

  const server = createServer({ allowHalfOpen: true }, (command) => {
    const supervisor = createConnection({ path: behind, allowHalfOpen: true });
    let asked = "";
    let isFollower = false;
    command.on("data", (bytes) => (asked += bytes.toString()));
    command.pipe(supervisor);
    supervisor.pipe(command);
    supervisor.on("data", (bytes) => {
      // After a follow nothing is answered twice without having been asked again.
      if (isFollower || !asked.includes('"kind":"follow"') || !bytes.includes('"type":"answer"')) return;
      isFollower = true;
      followers += 1;
    });
    for (const line of [command, supervisor]) {
      lines.add(line);
      line.on("error", () => line.destroy());
      line.on("close", () => {
        lines.delete(line);
        (line === command ? supervisor : command).destroy();
      });
    }
  });

  renameSync(control, behind);
  server.listen(control);
  await once(server, "listening");
  return {
    async followers(count) {
      await until(
        () => followers >= count,
        () => `${count} commands follow, but ${followers} do\n${dev.story()}`,
      );
    },
    [Symbol.dispose]() {
      for (const line of lines) line.destroy();
      server.close();
      rmSync(behind, { force: true });
    },
  };
}
