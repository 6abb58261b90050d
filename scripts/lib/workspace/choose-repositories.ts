import { placeAt } from "../diagnostic/code-frame.ts";
import { didYouMean } from "../diagnostic/nearest-name.ts";
import { exitCodes, makeProblem, type Problem, UserError } from "../diagnostic/user-error.ts";
import type { Repository } from "../model/repository.ts";
import type { RepositoryGroup } from "../model/repository-workspace.ts";
import { compileGlob } from "../repos/glob.ts";
import { matchesTags, parseTagExpression, tagsNamedIn } from "../repos/tag-expression.ts";
import { readTypedTagExpression } from "../repos/typed-tag-expression.ts";
import type { SelectionQuery } from "./selection-query.ts";

type Rule = (repository: Repository) => boolean;

/** What can be told of a repository without looking into it. */
export type StaticQuery = Pick<SelectionQuery, "repo" | "group" | "tags" | "exclude"> & {
  /** Those of --repos-from; null: it was not given. */
  readonly enumerated: ReadonlySet<Repository> | null;
};

/**
 * The repositories a query names, by name, group and tags.
 *
 * @returns In the order of `repositories`; may be empty.
 * @throws {UserError} `REPOSITORY_UNKNOWN` for each glob that matches no name, `GROUP_UNKNOWN`, `TAG_UNKNOWN`, all at once;
 *   `TAG_EXPRESSION_SYNTAX` (exit code 64).
 */
export function chooseRepositories(
  repositories: readonly Repository[],
  groups: ReadonlyMap<string, RepositoryGroup>,
  query: StaticQuery,
): readonly Repository[] {
  const problems: Problem[] = [];
  const named = query.repo.map((glob) => nameRule(glob, repositories, problems));
  const grouped = query.group.map((name) => groupRule(name, groups, problems));
  const tagged = query.tags.map((text) => tagRule(text, repositories, problems));
  const excluded = query.exclude.map((glob) => nameRule(glob, repositories, problems));
  const [first, ...more] = problems;
  if (first) throw new UserError([first, ...more], exitCodes.usage);

  const isAnyOf = (rules: readonly Rule[], repository: Repository): boolean =>
    rules.length === 0 || rules.some((rule) => rule(repository));
  return repositories.filter(
    (repository) =>
      [named, grouped, tagged].every((rules) => isAnyOf(rules, repository)) &&
      (query.enumerated === null || query.enumerated.has(repository)) &&
      !excluded.some((rule) => rule(repository)),
  );
}

function nameRule(glob: string, repositories: readonly Repository[], problems: Problem[]): Rule {
  const matches = compileGlob(glob);
  if (!repositories.some(({ name }) => matches(name))) problems.push(unknownRepository(glob, repositories));
  return ({ name }) => matches(name);
}

function unknownRepository(glob: string, repositories: readonly Repository[]): Problem {
  // As a shell completes a folder's name.
  const written = glob.replace(/^(?:\.\/)+/, "").replace(/(?<=.)\/+$/, "");
  const meant = repositories.find(({ rel, path }) => written === rel || written === path);
  const names = repositories.map(({ name }) => name);
  const hint = meant
    ? `That is the path of "${meant.name}".`
    : (widerGlob(written, names) ?? didYouMean(glob, names) ?? listHint("Repositories", names));
  return makeProblem("REPOSITORY_UNKNOWN", `No repository is named "${glob}"`, { hint });
}

/** Half a name is no name: the other half is proposed. */
function widerGlob(glob: string, names: readonly string[]): string | null {
  for (const wider of [`**/${glob}`, `${glob}/**`, glob.replaceAll(/\*+/g, "**")]) {
    const [only, ...more] = names.filter(compileGlob(wider));
    if (only === undefined) continue;
    return more.length === 0
      ? `Did you mean "${only}"?`
      : `Did you mean "${wider}"? That fits ${more.length + 1} repositories.`;
  }
  return null;
}

function groupRule(name: string, groups: ReadonlyMap<string, RepositoryGroup>, problems: Problem[]): Rule {
  const group = groups.get(name);
  if (group === undefined) {
    const names = [...groups.keys()];
    const hint =
      didYouMean(name, names) ??
      (names.length === 0 ? "services.yaml declares no groups (workspace: groups)." : listHint("Groups", names));
    problems.push(makeProblem("GROUP_UNKNOWN", `No group is named "${name}"`, { hint }));
    return () => false;
  }
  if (group.kind === "names") {
    const globs = group.globs.map(compileGlob);
    return (repository) => globs.some((matches) => matches(repository.name));
  }
  const expression = parseTagExpression(group.expression);
  if (expression.kind === "fault") throw new TypeError(`the expression of group ${name} was not checked`);
  return ({ tags }) => matchesTags(expression, new Set(tags));
}

function tagRule(text: string, repositories: readonly Repository[], problems: Problem[]): Rule {
  const expression = readTypedTagExpression(text, "--tags");
  const known = [...new Set(repositories.flatMap(({ tags }) => tags))];
  for (const { tag, offset } of tagsNamedIn(expression)) {
    if (known.includes(tag)) continue;
    const hint =
      didYouMean(tag, known) ??
      (known.length === 0
        ? "Tags are given in services.yaml (workspace: repositories: list)."
        : listHint("Tags", known));
    const place = placeAt(text, "--tags", offset, tag.length);
    problems.push(makeProblem("TAG_UNKNOWN", `No repository has the tag "${tag}"`, { place, hint }));
  }
  return ({ tags }) => matchesTags(expression, new Set(tags));
}

/** "Groups: a, b and 3 more." */
function listHint(what: string, names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return `${what}: ${shown}${names.length > 10 ? ` and ${names.length - 10} more` : ""}.`;
}
