import { relative } from "node:path";
import type { Repository } from "../model/repository.ts";
import { branchOf, type RepositoryState } from "../model/repository-state.ts";
import { countWords, listWords } from "./list-words.ts";
import { repositoryProblemWords } from "./repository-words.ts";
import type { Screen } from "./screen.ts";
import { span, type Span, styledLine } from "./styled-line.ts";
import { type Column, tableLines } from "./table-lines.ts";
import { visibleName } from "./visible-name.ts";
import { visibleText } from "./visible-text.ts";

interface Row {
  readonly repository: Repository;
  readonly state: RepositoryState | undefined;
}

type KnownState = Extract<RepositoryState, { problem: null }>;

/**
 * A line a repository, below it why some cannot be looked into, each reason once, and the sum.
 *
 * @param states Of those that were looked into; empty: only the list is shown.
 * @param cwd The folder paths are shown from.
 * @returns Lines ending with a newline.
 */
export function reposTable(
  repositories: readonly Repository[],
  states: ReadonlyMap<Repository, RepositoryState>,
  cwd: string,
  screen: Pick<Screen, "color" | "width">,
): string {
  const rows = repositories.map((repository) => ({ repository, state: states.get(repository) }));
  const table = tableLines(columnsFor(states.size > 0, cwd), rows, screen);
  // Nothing below the table is cut: reasons are what one came for.
  const whole = { width: Number.POSITIVE_INFINITY, color: screen.color };
  const below = [...problemLines(rows), ...(states.size > 0 ? [[summarySpan(rows)]] : [])];
  return [table, below.map((line) => styledLine(line, whole))]
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

function columnsFor(hasStates: boolean, cwd: string): readonly Column<Row>[] {
  const ofState: readonly Column<Row>[] = [
    { title: "BRANCH", cell: ofKnown((state) => headSpans(state)) },
    { title: "CHANGES", cell: ofKnown((state) => [changesSpan(state)]) },
    { title: "UPSTREAM", worth: 2, cell: ofKnown(({ upstream }) => [upstreamSpan(upstream)]) },
  ];
  return [
    { title: "NAME", cell: ({ repository }) => [span(visibleName(repository.name), "strong")] },
    { title: "KIND", worth: 1, cell: ({ repository }) => [repository.kind === null ? none : span(repository.kind)] },
    ...(hasStates ? ofState : []),
    {
      title: "TAGS",
      worth: 3,
      cell: ({ repository: { tags } }) => [tags.length === 0 ? none : span(visibleText(listWords(tags, 4)))],
    },
    { title: "PATH", cell: ({ repository }) => [span(visibleName(pathFrom(cwd, repository.path)), "faint")] },
  ];
}

/** As the user would type it: relative to the folder they stand in when it lies inside. */
function pathFrom(cwd: string, path: string): string {
  const short = relative(cwd, path);
  return short === "" || short.startsWith("..") ? path : short;
}

const none = span("-", "faint");

function ofKnown(cell: (state: KnownState) => readonly Span[]): (row: Row) => readonly Span[] {
  return ({ repository, state }) => {
    if (repository.problem !== null || (state && state.problem !== null)) return [span("?", "bad")];
    return state ? cell(state) : [none];
  };
}

function headSpans({ head }: KnownState): readonly Span[] {
  if (head.kind === "branch") return [span(visibleText(head.name))];
  const isNamed = head.kind === "change" && head.bookmarks.length > 0;
  const note = head.kind === "detached" ? " (no branch)" : isNamed ? ` (${head.id})` : "";
  return [span(visibleText(branchOf(head))), span(note, "faint")];
}

function changesSpan({ changedFiles, untrackedFiles }: KnownState): Span {
  const files = changedFiles + untrackedFiles;
  return files === 0 ? span("clean", "good") : span(countWords(files, "file"), "warn");
}

function upstreamSpan(upstream: KnownState["upstream"]): Span {
  if (upstream === null) return none;
  const { ahead, behind } = upstream;
  if (ahead === 0 && behind === 0) return span("=", "good");
  const parts = [...(ahead > 0 ? [`↑${ahead}`] : []), ...(behind > 0 ? [`↓${behind}`] : [])];
  return span(parts.join(" "), "warn");
}

/** One reason often concerns many: git that is not installed, a disk that is not there. */
function problemLines(rows: readonly Row[]): readonly (readonly Span[])[] {
  const byReason = new Map<string, string[]>();
  for (const { repository, state } of rows) {
    const problem = repository.problem ?? state?.problem ?? null;
    if (problem === null) continue;
    const reason = repositoryProblemWords(problem);
    byReason.set(reason, [...(byReason.get(reason) ?? []), visibleName(repository.name)]);
  }
  return [...byReason].map(([reason, names]) => [
    span("✗", "bad"),
    span(` ${listWords(names, 10)}`, "strong"),
    span(`: ${visibleText(reason)}`),
  ]);
}

function summarySpan(rows: readonly Row[]): Span {
  const known = rows.flatMap(({ state }) => (state?.problem === null ? [state] : []));
  const dirty = known.filter(({ changedFiles, untrackedFiles }) => changedFiles + untrackedFiles > 0).length;
  const unknown = rows.length - known.length;
  const parts = [
    countWords(rows.length, "repository", "repositories"),
    ...(dirty > 0 ? [`${dirty} with changes`] : []),
    ...(unknown > 0 ? [`${unknown} cannot be read`] : []),
  ];
  return span(parts.join(", "), unknown > 0 ? "bad" : dirty > 0 ? "warn" : "good");
}
