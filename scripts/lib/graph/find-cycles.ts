import { componentsOf } from "./components.ts";
import type { GraphNode } from "./levels.ts";

/**
 * Finds elementary cycles: each names a node once. Every group of nodes that need each other is represented before a second
 * cycle of any group is looked for, so that a tangle does not hide a simple one elsewhere.
 *
 * @param limit There can be exponentially many; at most so many are returned. Between two of them lies O(nodes + edges) of work.
 * @returns Members of a cycle start at the node that stands first in `nodes`, each followed by one it depends on.
 *   `isCut`: there are more.
 * @see D. B. Johnson, "Finding all the elementary circuits of a directed graph", SIAM J. Comput. 4(1), 1975.
 */
export function findCycles<Node extends GraphNode>(
  nodes: readonly Node[],
  limit: number,
): { readonly cycles: readonly (readonly Node[])[]; readonly isCut: boolean } {
  const indexOf = new Map(nodes.map(({ name }, index) => [name, index]));
  const edges = nodes.map(({ dependsOn }) => [
    ...new Set(dependsOn.flatMap(({ service }) => indexOf.get(service) ?? [])),
  ]);
  const alone = [...nodes.keys()].filter((node) => edges[node]?.includes(node));
  let searches = componentsOf(edges, new Set(nodes.keys())).map((component) => cyclesWithin(edges, component));

  const paths: number[][] = alone.map((node) => [node]);
  while (searches.length > 0 && paths.length <= limit) {
    searches = searches.filter((search) => {
      const { value } = search.next();
      if (value) paths.push(value);
      return value !== undefined;
    });
  }
  const cycles = paths.slice(0, limit).map((path) => path.flatMap((index) => nodes[index] ?? []));
  return { cycles, isCut: paths.length > limit };
}

/** All elementary cycles of two nodes or more in one component: first those through its lowest node, then those of what remains without it. */
function* cyclesWithin(
  edges: readonly (readonly number[])[],
  component: readonly number[],
): Generator<number[], undefined> {
  const left = [component];
  for (let members = left.pop(); members; members = left.pop()) {
    const [start, ...others] = members;
    if (start === undefined) continue;
    yield* cyclesThrough(start, edges, new Set(members));
    left.push(...componentsOf(edges, new Set(others)).toReversed());
  }
}

/**
 * Cycles through `start` that stay within `members`. A node from which no way led back is blocked until a node after it lies
 * on a cycle: this is what keeps the search from walking the same dead ends again.
 */
function* cyclesThrough(
  start: number,
  edges: readonly (readonly number[])[],
  members: ReadonlySet<number>,
): Generator<number[], undefined> {
  const blocked = new Set([start]);
  const unblocks = new Map<number, Set<number>>();
  const visits = [{ node: start, at: 0, isOnCycle: false }];
  for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
    const next = edges[visit.node]?.[visit.at];
    visit.at += 1;
    if (next !== undefined) {
      if (!members.has(next) || next === visit.node) continue;
      if (next === start) {
        visit.isOnCycle = true;
        yield visits.map(({ node }) => node);
      } else if (!blocked.has(next)) {
        blocked.add(next);
        visits.push({ node: next, at: 0, isOnCycle: false });
      }
      continue;
    }
    visits.pop();
    const parent = visits.at(-1);
    if (visit.isOnCycle) {
      unblock(visit.node, blocked, unblocks);
      if (parent) parent.isOnCycle = true;
      continue;
    }
    for (const after of edges[visit.node] ?? []) {
      if (!members.has(after)) continue;
      const waiting = unblocks.get(after) ?? new Set();
      unblocks.set(after, waiting.add(visit.node));
    }
  }
}

function unblock(node: number, blocked: Set<number>, unblocks: Map<number, Set<number>>): void {
  const free = [node];
  for (let current = free.pop(); current !== undefined; current = free.pop()) {
    if (!blocked.delete(current)) continue;
    free.push(...(unblocks.get(current) ?? []));
    unblocks.delete(current);
  }
}
