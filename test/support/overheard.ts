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
  /** How many lines commands have opened. */
  readonly lines: () => number;
}

/**
 * Steps between the supervisor that runs now and every command that comes from now on. Each byte is passed on as it is.
 *
 * @param unanswered So many lines get no answer, as those of a supervisor that is too busy for them; the command may try again.
 */
export async function overhear(
  dev: Workspace,
  { unanswered = 0 }: { readonly unanswered?: number } = {},
): Promise<Overheard> {
  const control = dev.path(".groundswell", "ctl");
  const behind = `${control}.behind`;
  const lines = new Set<Socket>();
  let followers = 0;
  let opened = 0;

  const server = createServer({ allowHalfOpen: true }, (command) => {
    opened += 1;
    if (opened <= unanswered) {
      const hangUp = () => command.destroy();
      return void command.on("error", hangUp).on("end", hangUp).resume();
    }
    const supervisor = createConnection({ path: behind, allowHalfOpen: true });
    let asked = "";
    let isFollower = false;
    command.on("data", (bytes) => (asked += bytes.toString()));
    command.pipe(supervisor);
    supervisor.pipe(command);
    supervisor.on("data", (bytes) => {
      // The first answer on such a line is that to its follow.
      if (isFollower || !asked.includes('"kind":"follow"') || !bytes.includes('"type":"answer"')) return;
      isFollower = true;
      followers += 1;
    });
    const hangUp = () => [command, supervisor].map((line) => line.destroy());
    for (const line of [command, supervisor]) {
      lines.add(line);
      line.on("error", hangUp).on("close", () => lines.delete(line));
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
    lines: () => opened,
    [Symbol.dispose]() {
      for (const line of lines) line.destroy();
      server.close();
      rmSync(behind, { force: true });
    },
  };
}
