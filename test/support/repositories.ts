import { type Workspace, workspace } from "./workspace.ts";

/** A workspace of repositories with these names, in which any program may be run. */
export async function repositoriesNamed(...names: readonly string[]): Promise<Workspace> {
  const list = names.map((name) => `{ path: ${name} }`).join(", ");
  const files = names.map((name) => [`${name}/.git/HEAD`, "ref: refs/heads/main\n"] as const);
  return await workspace(`services: {}\nworkspace: { repositories: { list: [${list}] } }\n`, {
    files: Object.fromEntries(files),
  });
}
