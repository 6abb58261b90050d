import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { userError } from "../diagnostic/user-error.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { identityOf } from "../process/identity.ts";
import { commandsOf } from "../process/marker.ts";
import { CommandJournal } from "../state/command-journal.ts";
import { prepareStateFolder } from "../state/prepare-workspace.ts";
import { type Reaped, reapAbandoned } from "./reap-abandoned.ts";

/** What `run` and `watch` need of the workspace while they work. */
export interface OpenCommands {
  /** Under which their commands are known. */
  readonly workspaceId: string;
  readonly journal: CommandJournal;
  /** Unique on this machine: begins every run id. */
  readonly runPrefix: string;
  /** A folder of this run's own, mode 0700; gone when it is closed. */
  readonly folder: string;
  /** What an earlier one that was killed had left, and is no more. */
  readonly reaped: Reaped;
  /** Everything has ended. */
  close(): void;
}

/**
 * Ends what killed runners have left, and opens the journal for this one.
 *
 * @param onProblem As of `CommandJournal`.
 * @throws {UserError} `WORKSPACE_UNWRITABLE`.
 */
export async function openCommands(paths: WorkspacePaths, onProblem: (errno: string) => void): Promise<OpenCommands> {
  prepareStateFolder(paths);
  const runs = join(paths.state, "runs");
  const workspaceId = commandsOf(paths.id);
  const owner = identityOf(process.pid);
  if (owner === null) throw new Error("this process is not in its own process table");
  const runPrefix = `${owner.pid}-${owner.startTime}`;
  const folder = join(runs, runPrefix);
  try {
    mkdirSync(runs, { recursive: true, mode: 0o700 });
    const reaped = await reapAbandoned(runs, workspaceId);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const journal = new CommandJournal(runs, owner, onProblem);
    return {
      workspaceId,
      journal,
      runPrefix,
      folder,
      reaped,
      close() {
        rmSync(folder, { recursive: true, force: true });
        journal.close();
      },
    };
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "") throw error;
    throw userError("WORKSPACE_UNWRITABLE", `Cannot write in ${runs} (${errno})`, {
      hint: "Groundswell keeps there what it runs, so that nothing is left should it be killed. Check owner, mode and free space of that folder.",
    });
  }
}
