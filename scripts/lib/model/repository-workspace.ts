import type { SourceSpan } from "./source-span.ts";

/** Where repositories are looked for. */
export interface RepositoryScan {
  /** Levels of folders below the root that are looked at; 0: the root only. */
  readonly depth: number;
  /** A folder that holds one of these, as a folder or as a file, is a repository. */
  readonly markers: readonly string[];
  /** Names of folders, or globs of paths from the root, that are not entered. */
  readonly exclude: readonly string[];
  /** Whether repositories inside repositories count. */
  readonly nested: boolean;
}

/** A repository the file lists. */
export interface ListedRepository {
  /** null: its path from the root. */
  readonly name: string | null;
  /** As written: relative to the root, or absolute. */
  readonly path: string;
  readonly tags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null;
  readonly span: SourceSpan;
}

/** A named choice of repositories: globs of names, or a boolean expression of tags that has been checked. */
export type RepositoryGroup =
  | { readonly kind: "names"; readonly globs: readonly string[] }
  | { readonly kind: "tags"; readonly expression: string };

/** Many at a time; one after the other; or all at once, for as long as they live. */
export type CommandMode = "parallel" | "sequential" | "watch";

/** A command of the workspace, by name. */
export interface RepositoryCommand {
  readonly name: string;
  /** With placeholders: `{name}`, `{path}`, `{rel}`, `{branch}`, `{index}`, `{args}`. */
  readonly argv: readonly [string, ...string[]];
  readonly mode: CommandMode;
  /** null: the workspace's. */
  readonly timeoutMs: number | null;
  /** `cpu`: no more at a time than there are cores. */
  readonly weight: "io" | "cpu";
  /** Sequential: go on after a failure. */
  readonly keepGoing: boolean;
  /** Watch: whether one that ended is begun again. */
  readonly restart: "no" | "on-failure";
  /** Watch: how often in a row; null: without end. */
  readonly maxRestarts: number | null;
  readonly environment: Readonly<Record<string, string>>;
}

/** What `run` shows while it runs. */
export const outputModes = ["auto", "stream", "grouped", "errors", "quiet", "json"] as const;
export type OutputMode = (typeof outputModes)[number];

/** The key `workspace:` of services.yaml, every default filled in. Without a services file: all defaults, at the folder the command was called in. */
export interface RepositoryWorkspace {
  /** Absolute real path. Every repository must resolve inside it. */
  readonly root: string;
  /** Absolute folders (real where they exist) outside the root in which repositories may lie too. */
  readonly allowOutside: readonly string[];
  /** null: only what is listed. */
  readonly scan: RepositoryScan | null;
  readonly list: readonly ListedRepository[];
  readonly groups: ReadonlyMap<string, RepositoryGroup>;
  /** Declared ones only. */
  readonly commands: ReadonlyMap<string, RepositoryCommand>;
  /** What runs a name that is not declared: `[program, NAME, …args]`. */
  readonly program: string | null;
  readonly run: {
    /** Workers of a parallel command; null: as many as the command's weight suggests. */
    readonly jobs: number | null;
    readonly timeoutMs: number;
    /** From SIGTERM to SIGKILL. */
    readonly killGraceMs: number;
    readonly output: OutputMode;
  };
  /** ENABLE_PARALLEL_OPERATIONS; false: one worker. */
  readonly isParallel: boolean;
}
