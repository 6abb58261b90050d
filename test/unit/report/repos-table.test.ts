import { expect, test } from "vitest";
import type { Repository } from "../../../scripts/lib/model/repository.ts";
import type { RepositoryState } from "../../../scripts/lib/model/repository-state.ts";
import { reposDocument, reposExitCode } from "../../../scripts/lib/report/repos-document.ts";
import { reposTable } from "../../../scripts/lib/report/repos-table.ts";
import { selectionNotes } from "../../../scripts/lib/report/selection-notes.ts";

function found(
  name: string,
  more: Partial<Pick<Repository, "tags">> & { readonly kind?: "git" | "jj" } = {},
): Repository {
  const own = { name, path: `/w/${name}`, rel: name, tags: [], environment: {}, timeoutMs: null };
  return { ...own, kind: "git", problem: null, device: 1, inode: 1, ...more };
}

function lost(name: string): Repository {
  const own = { name, path: `/w/${name}`, rel: name, tags: [], environment: {}, timeoutMs: null };
  return { ...own, kind: null, problem: { kind: "missing" } };
}

function state(more: Partial<Extract<RepositoryState, { problem: null }>>): RepositoryState {
  const clean = { changedFiles: 0, untrackedFiles: 0, upstream: null };
  return { problem: null, head: { kind: "branch", name: "main" }, ...clean, ...more };
}

const endless = { width: Number.POSITIVE_INFINITY, color: false };
const api = found("api", { tags: ["a", "b", "c", "d", "e", "f"] });
const web = found("web");
const change = found("change", { kind: "jj" });
const young = found("young", { kind: "jj" });
const bad = found("bad");
const states = new Map<Repository, RepositoryState>([
  [api, state({ changedFiles: 1, untrackedFiles: 2, upstream: { name: "origin/main", ahead: 2, behind: 3 } })],
  [web, state({ head: { kind: "detached", commit: "0123456789" }, upstream: { name: "x/y", ahead: 0, behind: 0 } })],
  [change, state({ head: { kind: "change", id: "kkmpptxz", bookmarks: ["main", "dev"] } })],
  [young, state({ head: { kind: "change", id: "zzxy", bookmarks: [] } })],
  [bad, { problem: "fatal:\u001B[31m what" }],
]);

test("every kind of head, of upstream and of trouble", () => {
  expect(reposTable([api, web, change, young, bad, lost("gone")], states, "/w", endless)).toBe(`\
NAME    KIND  BRANCH                  CHANGES  UPSTREAM  TAGS                   PATH
api     git   main                    3 files  ↑2 ↓3     a, b, c, d and 2 more  api
web     git   0123456789 (no branch)  clean    =         -                      web
change  jj    main (kkmpptxz)         clean    -         -                      change
young   jj    zzxy                    clean    -         -                      young
bad     git   ?                       ?        ?         -                      bad
gone    -     ?                       ?        ?         -                      gone

✗ bad: fatal: what
✗ gone: there is no such folder
6 repositories, 1 with changes, 2 cannot be read
`);
});

test("only the list", () => {
  expect(reposTable([api, web], new Map(), "/elsewhere", endless)).toBe(`\
NAME  KIND  TAGS                   PATH
api   git   a, b, c, d and 2 more  /w/api
web   git   -                      /w/web
`);
});

test("exit codes: all, some, none can be looked into", () => {
  const code = (...repositories: readonly Repository[]) => reposExitCode(reposDocument("/w", repositories, states));
  expect([code(api, web), code(api, bad), code(api, lost("x")), code(bad, lost("x"))]).toEqual([0, 2, 2, 1]);
});

test("notes: a line each, the first few by name, nothing where there is nothing", () => {
  let said = "";
  const notes = selectionNotes({ write: (text) => void (said += text), color: false });
  notes.unreadable([]);
  notes.leftOut({ undecided: [], withoutCommit: [] });
  notes.gone([]);
  expect(said).toBe("");
  notes.unreadable([{ path: "/w/a\nb", errno: "EACCES" }]);
  const many = Array.from({ length: 7 }, (_, index) => ({ repository: lost(`r${index}`), problem: "x" }));
  notes.leftOut({ undecided: many, withoutCommit: [api] });
  notes.gone(["/w/x"]);
  expect(said).toBe(`\
note: 1 folder could not be looked into for repositories: /w/a\\nb (EACCES)
note: left out, since they cannot be looked into: r0 (x), r1 (x), r2 (x), r3 (x), r4 (x) and 2 more
note: left out, since they have no such commit: api
note: no longer there: /w/x
`);
});
