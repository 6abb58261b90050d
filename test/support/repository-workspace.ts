import type { Finished } from "./running-command.ts";
import { type Workspace, type WorkspaceOptions, workspace } from "./workspace.ts";

/**
 * A workspace with a folder for each name that a scan takes for a repository, in which any program may be run.
 *
 * @param yaml Further keys of `workspace:`, each line indented by two.
 * @param services Services beside it, as YAML.
 */
export async function repositoryWorkspace(
  names: readonly string[],
  yaml = "",
  { services = "{}", ...options }: WorkspaceOptions & { readonly services?: string } = {},
): Promise<Workspace> {
  const files = names.map((name) => [`${name}/.git/HEAD`, "ref: refs/heads/main\n"] as const);
  return await workspace(`services: ${services}\nworkspace:\n  repositories: { scan: { depth: 3 } }\n${yaml}`, {
    ...options,
    files: { ...Object.fromEntries(files), ...options.files },
  });
}

/** A line of `run --json`, as far as tests look at it. */
export interface RunRow {
  readonly name: string;
  readonly status: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly attempts: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly message?: string;
  readonly peakMemoryBytes: number | null;
}

/** What `run --json` printed, by repository. */
export function rowsOf({ stdout }: Finished): ReadonlyMap<string, RunRow> {
  const rows: readonly RunRow[] = stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  return new Map(rows.map((row) => [row.name, row]));
}

/** The count that ends what `run` says. */
export function totalsOf({ stderr }: Finished): string {
  return /^(\d+ ok.*) in [\d.]+ m?s$/m.exec(stderr)?.[1] ?? stderr;
}
