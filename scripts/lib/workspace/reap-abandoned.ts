import { rmSync } from "node:fs";
import { currentBootId, type ProcessIdentity, identityOf, isOfThisSystem, isSameProcess } from "../process/identity.ts";
import { type KillTarget, killServices } from "../process/kill-services.ts";
import { findMarked } from "../process/marker.ts";
import { membersOf } from "../process/members.ts";
import { hasProc, type ProcessStat, readProcessTable } from "../process/proc-table.ts";
import { abandonedJournals, type UnendedCommand } from "../state/command-journal.ts";
import { commandMarker, commandTarget } from "./command-target.ts";

/** Nobody waits for it any more. */
const graceMs = 2_000;

export interface Reaped {
  /** Repositories in which something was left, in the order in which it was begun. */
  readonly repositories: readonly string[];
  /** PIDs of what could not be ended. */
  readonly survivors: readonly number[];
}

/**
 * Ends what commands of a runner have left that was itself killed: only of runners that are surely dead, and only what had not come to its end.
 *
 * @param folder Of the journals. @param workspaceId `commandsOf` the workspace.
 */
export async function reapAbandoned(folder: string, workspaceId: string): Promise<Reaped> {
  const journals = abandonedJournals(folder, isOver);
  const commands = journals.flatMap((journal) => journal.commands);
  const left = commands.length === 0 ? [] : whatIsLeft(commands, workspaceId);
  const { survivors } = await killServices(
    left.map(({ target }) => target),
    { workspaceId, ordered: false, force: null, onWaiting: () => {}, onEnded: () => {} },
  );
  for (const { file } of journals) {
    // Beside it, the folder of the same name that held its commands' output.
    rmSync(file.replace(/\.ndjson$/, ""), { recursive: true, force: true });
    rmSync(file, { force: true });
  }
  return { repositories: left.map(({ repository }) => repository), survivors: survivors.map(({ pid }) => pid) };
}

function whatIsLeft(
  commands: readonly UnendedCommand[],
  workspaceId: string,
): readonly { readonly repository: string; readonly target: KillTarget }[] {
  const table = readProcessTable();
  const marked = findMarked(workspaceId, table);
  return commands.flatMap(({ runId, repository, leader }) => {
    const own = marked.filter(({ marker }) => marker.runId === runId).map(({ pid }) => pid);
    const bearer = leader !== null && tellsGroup(leader, own, table) ? leader : identityOf(own[0] ?? 0);
    if (bearer === null || !isOfThisSystem(bearer)) return [];
    const target = commandTarget(commandMarker(workspaceId, repository, runId), bearer, graceMs);
    return membersOf(target, table, new Map(), workspaceId).size === 0 ? [] : [{ repository, target }];
  });
}

/**
 * Whether the group and session that bear a leader's PID are still its own. Where it has gone, a stranger may have been given the number since: then
 * somebody in them has to bear the command's mark. Without /proc there are no marks, and start times have to do.
 */
function tellsGroup(
  leader: ProcessIdentity,
  marked: readonly number[],
  table: ReadonlyMap<number, ProcessStat>,
): boolean {
  if (!hasProc || isSameProcess(leader)) return true;
  return marked.some((pid) => {
    const stat = table.get(pid);
    return stat?.pgrp === leader.pid || stat?.session === leader.pid;
  });
}

/** Of another boot, or of this one and dead. Of another PID namespace nothing is known. */
function isOver(owner: ProcessIdentity): boolean {
  return owner.bootId !== currentBootId() || (isOfThisSystem(owner) && !isSameProcess(owner));
}
