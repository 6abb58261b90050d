/**
 * Strongly connected components: the groups of nodes that reach each other.
 * Tarjan's algorithm with a stack of its own, since a chain of ten thousand services would overflow the call stack. O(nodes + edges).
 *
 * @param edges For each node the nodes it points to.
 * @param nodes The part of the graph to look at; edges that leave it are ignored.
 * @returns Only components of two nodes or more; members ascending, components by their lowest member.
 * @see R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1(2), 1972.
 */
export function componentsOf(edges: readonly (readonly number[])[], nodes: ReadonlySet<number>): number[][] {
  const found = new Map<number, number>();
  const low = new Map<number, number>();
  const pending: number[] = [];
  const isPending = new Set<number>();
  const components: number[][] = [];

  const enter = (node: number): { node: number; at: number } => {
    found.set(node, found.size);
    low.set(node, found.size - 1);
    pending.push(node);
    isPending.add(node);
    return { node, at: 0 };
  };
  const lower = (node: number, to: number | undefined): void => {
    low.set(node, Math.min(low.get(node) ?? 0, to ?? 0));
  };

  for (const root of nodes) {
    if (found.has(root)) continue;
    const visits = [enter(root)];
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const next = edges[visit.node]?.[visit.at];
      visit.at += 1;
      if (next !== undefined) {
        if (!nodes.has(next)) continue;
        if (!found.has(next)) visits.push(enter(next));
        else if (isPending.has(next)) lower(visit.node, found.get(next));
        continue;
      }
      visits.pop();
      const parent = visits.at(-1);
      if (parent) lower(parent.node, low.get(visit.node));
      if (low.get(visit.node) !== found.get(visit.node)) continue;
      const component = pending.splice(pending.lastIndexOf(visit.node));
      for (const member of component) isPending.delete(member);
      if (component.length > 1) components.push(component.toSorted((a, b) => a - b));
    }
  }
  return components.toSorted(([a = 0], [b = 0]) => a - b);
}
