import type { Tool } from "../engines/tool.ts";
import type { Workspace } from "../workspaces/workspace.ts";

/**
 * true and sleep run a program, status runs `git status`; volume, watch and death show what programs write, each line with its repository's name in
 * front: much of it, next to nothing of it, and that one of them has ended.
 */
export type Task = "true" | "status" | "sleep" | "volume" | "watch" | "death";

/** One command in every repository of a workspace. */
export interface Job {
  readonly task: Task;
  readonly workspace: Workspace;
  /** No word has a blank or anything else in it that a shell would take for its own. */
  readonly argv: readonly string[];
  /** At a time. */
  readonly workers: number;
}

/** Something that runs a command in many repositories: Groundswell, a peer, the floor. */
export interface Runner extends Tool {
  /** What it cannot do, and why. Its row then says so with a dash. */
  readonly cannot: Partial<Readonly<Record<Task, string>>>;
  /** Where it can: the line that says that the program of a repository has ended. Its exit code is 3. */
  readonly deathOf?: (repository: string) => RegExp;
  /** Writes what the tool reads. Not measured. */
  prepare(job: Job, round: RunnerRound): Launch;
}

export interface RunnerRound {
  /** Of a path in the round's folder, or an absolute one. @returns It, absolute. */
  write(file: string, content: unknown): string;
  /** The tool's own, and the same in every round: what it keeps for the next time is there the next time. Absolute. */
  readonly home: string;
}

/** Run in the workspace's folder. */
export interface Launch {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Where the lines of several programs share one output, somebody has to say whose each is. */
export function isPrefixed(task: Task): boolean {
  return task === "volume" || task === "watch" || task === "death";
}

/** For a tool that does not go to folders itself. `git -C` does, and `env -C` becomes what it starts. */
export function argvIn(folder: string, [program = "", ...argv]: readonly string[]): readonly string[] {
  return program === "git" ? ["git", "-C", folder, ...argv] : ["env", "-C", folder, program, ...argv];
}

/** A file with a line for each repository. */
export function listOf(
  job: Job,
  round: Pick<RunnerRound, "write">,
  lineOf: (one: Workspace["repositories"][number]) => string,
): string {
  return round.write("repositories", job.workspace.repositories.map((one) => `${lineOf(one)}\n`).join(""));
}
