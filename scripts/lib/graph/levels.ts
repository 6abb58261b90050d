/** Anything with a name that depends on others by name. */
export interface GraphNode {
  readonly name: string;
  readonly dependsOn: readonly { readonly service: string }[];
}

/** `level` counts from 0 and is -1 for a node on a cycle or behind one; `order` holds the indices of all others, dependencies first. */
export interface Levels {
  readonly level: readonly number[];
  readonly order: readonly number[];
}

/**
 * Kahn's algorithm, a level at a time: the level of a node is the longest way down to a node that depends on nothing.
 * Edges to names that are not among `nodes` are passed over. No recursion; O(nodes + edges).
 *
 * @see A. B. Kahn, "Topological sorting of large networks", CACM 5(11), 1962.
 */
export function levelsOf(nodes: readonly GraphNode[]): Levels {
  const indexOf = new Map(nodes.map((node, index) => [node.name, index]));
  const dependents: number[][] = nodes.map(() => []);
  const unmet: number[] = nodes.map(() => 0);
  for (const [index, node] of nodes.entries()) {
    for (const { service } of node.dependsOn) {
      const dependency = indexOf.get(service);
      if (dependency === undefined) continue;
      dependents[dependency]?.push(index);
      unmet[index] = (unmet[index] ?? 0) + 1;
    }
  }

  const level: number[] = nodes.map(() => -1);
  const order: number[] = [];
  let current = [...nodes.keys()].filter((index) => unmet[index] === 0);
  for (let depth = 0; current.length > 0; depth += 1) {
    const next: number[] = [];
    for (const index of current) {
      level[index] = depth;
      order.push(index);
      for (const dependent of dependents[index] ?? []) {
        const left = (unmet[dependent] ?? 0) - 1;
        unmet[dependent] = left;
        if (left === 0) next.push(dependent);
      }
    }
    current = next;
  }
  return { level, order };
}
