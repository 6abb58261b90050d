import { command } from "../lib/cli/command.ts";
import { readList } from "../lib/cli/read-list.ts";
import { selectionOptions } from "../lib/cli/selection-options.ts";
import { untilInterrupted } from "../lib/cli/until-interrupted.ts";
import { readWorkspace } from "../lib/config/read-workspace.ts";
import { reposDocument, reposExitCode } from "../lib/report/repos-document.ts";
import { reposTable } from "../lib/report/repos-table.ts";
import { screenOf } from "../lib/report/screen.ts";
import { selectionNotes } from "../lib/report/selection-notes.ts";
import { findServicesFile } from "../lib/state/find-root.ts";
import { openSelection } from "../lib/workspace/open-selection.ts";

/** repos: which repositories there are, and how each stands. Changes nothing. */
export const main = command({
  summary: "Show the repositories and how each stands",
  options: {
    ...selectionOptions,
    noState: { type: "boolean", description: "only the list: git and jj are not asked" },
    json: { type: "boolean", description: "the repositories as JSON on stdout" },
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
    const read = await readWorkspace({ file, cwd, ambient: env, cache });
    const { workspace } = read;
    const selection = await untilInterrupted((signal) =>
      openSelection(read, options, {
        cwd,
        wantsStates: !options.noState,
        allowsNone: false,
        among: null,
        ambient: env,
        readList: (source) => readList("--repos-from", source, cwd, signal),
        signal,
        say: selectionNotes(screenOf(stderr, env)),
      }),
    );
    const document = reposDocument(workspace.root, selection.repositories, selection.states);
    const text = options.json
      ? `${JSON.stringify(document, null, 2)}\n`
      : reposTable(selection.repositories, selection.states, cwd, screenOf(stdout, env));
    stdout.write(text);
    return reposExitCode(document);
  },
});
