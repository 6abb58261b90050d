import { command } from "../lib/cli/command.ts";
import { readList } from "../lib/cli/read-list.ts";
import { selectionOptions } from "../lib/cli/selection-options.ts";
import { readWorkspace } from "../lib/config/read-workspace.ts";
import { formatProblem } from "../lib/diagnostic/format-problem.ts";
import { wantsColor } from "../lib/diagnostic/wants-color.ts";
import { placesFromFiles } from "../lib/graph/places-from-files.ts";
import { captureCommand } from "../lib/process/capture-command.ts";
import { reposDocument, reposExitCode } from "../lib/report/repos-document.ts";
import { reposTable } from "../lib/report/repos-table.ts";
import { screenOf } from "../lib/report/screen.ts";
import { undecidedNote, unreadableNote } from "../lib/report/selection-notes.ts";
import { findRepositories } from "../lib/repos/find-repositories.ts";
import { findServicesFile } from "../lib/state/find-root.ts";
import { selectRepositories } from "../lib/workspace/select-repositories.ts";

/** How long git or jj may take to say how one repository stands, and how much they may say. */
const limits = { timeoutMs: 60_000, mostBytes: 32 * 1024 * 1024 };

/** repos: which repositories there are, and how each stands. Changes nothing. */
export const main = command({
  summary: "Show the repositories and how each stands",
  options: {
    ...selectionOptions,
    noState: { type: "boolean", description: "only the list: git and jj are not asked" },
    json: { type: "boolean", description: "the repositories as JSON on stdout" },
    file: {
      type: "string",
      placeholder: "path",
      description: "the services file; default: services.yaml here or above, if there is one",
    },
  },
  examples: ["", "--dirty", "-g web -x 'old-*'", "-t 'backend && !legacy' --branch main", "--no-state --json"],
  exitCodes: [
    [0, "shown"],
    [1, "none of them can be looked into"],
    [2, "some cannot"],
    [64, "none is selected, or there is none"],
    [78, "services.yaml is wrong, or a repository lies where none may"],
  ],
  async run({ options, context: { stdout, stderr, env, cwd, cache } }) {
    const file = findServicesFile(cwd, options.file);
    const { workspace, warnings } = await readWorkspace({ file, cwd, ambient: env, cache });
    for (const warning of warnings) stderr.write(`${formatProblem(warning, wantsColor(stderr, env))}\n`);
    const found = findRepositories(workspace, placesFromFiles());
    stderr.write(unreadableNote(found.unreadable));
    const selection = await selectRepositories(found.repositories, workspace, options, {
      cwd,
      wantsStates: !options.noState,
      allowsNone: false,
      ambient: env,
      ask: (argv, asked) => captureCommand(argv, { ...asked, ...limits }),
      readList: (source) => readList("--repos-from", source, cwd),
    });
    stderr.write(undecidedNote(selection.undecided, selection.withoutCommit));
    const document = reposDocument(workspace.root, selection.repositories, selection.states);
    const text = options.json
      ? `${JSON.stringify(document, null, 2)}\n`
      : reposTable(selection.repositories, selection.states, cwd, screenOf(stdout, env));
    stdout.write(text);
    return reposExitCode(document);
  },
});
