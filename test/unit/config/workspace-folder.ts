import { join } from "node:path";
import { type ReadWorkspace, readWorkspace } from "../../../scripts/lib/config/read-workspace.ts";
import { formatProblem } from "../../../scripts/lib/diagnostic/format-problem.ts";
import { type Problem, UserError } from "../../../scripts/lib/diagnostic/user-error.ts";
import type { RepositoryCommand } from "../../../scripts/lib/model/repository-workspace.ts";
import { briefly, folderWith, type ReadOptions } from "./services-folder.ts";

type Options = Pick<ReadOptions, "ambient" | "files">;

/** Reads the workspace of a services.yaml of this text, in a folder of its own that is gone afterwards. */
export async function readWorkspaceOf(
  yaml: string,
  { ambient = {}, files = {} }: Options = {},
): Promise<ReadWorkspace> {
  using folder = folderWith({ "services.yaml": yaml, ...files });
  return await readWorkspace({ file: join(folder.path, "services.yaml"), cwd: "/", ambient, cache: null });
}

/** The problems a text is refused for; empty when it is accepted. */
export async function workspaceProblems(yaml: string, options: Options = {}): Promise<readonly Problem[]> {
  try {
    await readWorkspaceOf(yaml, options);
    return [];
  } catch (error) {
    if (error instanceof UserError && error.exitCode === 78) return error.problems;
    throw error;
  }
}

/** `CODE line:column` of each problem. */
export async function workspaceCodes(yaml: string, options: Options = {}): Promise<readonly string[]> {
  return (await workspaceProblems(yaml, options)).map(briefly);
}

/** The problems as the user sees them. */
export async function workspaceWords(yaml: string, options: Options = {}): Promise<string> {
  return (await workspaceProblems(yaml, options)).map((problem) => formatProblem(problem, false)).join("\n\n");
}

/** The only command of a workspace, written as a flow map. */
export async function commandOf(name: string, flow: string, options: Options = {}): Promise<RepositoryCommand> {
  const { workspace } = await readWorkspaceOf(`workspace: { commands: { ${name}: ${flow} } }\n`, options);
  const command = workspace.commands.get(name);
  if (command === undefined) throw new Error(`no command ${name}`);
  return command;
}
