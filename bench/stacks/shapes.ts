type Shape = { readonly name: string; readonly readyAfterMs: number; readonly dependsOn: readonly string[] };

/** The sample stack with its start-up times made round. Critical path 2,500 ms, one by one 3,100 ms. */
export function chainlens(): readonly Shape[] {
  return [
    { name: "redis", readyAfterMs: 300, dependsOn: [] },
    { name: "backend", readyAfterMs: 800, dependsOn: ["redis"] },
    { name: "worker", readyAfterMs: 600, dependsOn: ["redis", "backend"] },
    { name: "frontend", readyAfterMs: 1200, dependsOn: ["backend"] },
    { name: "monitor", readyAfterMs: 200, dependsOn: ["redis", "backend", "worker", "frontend"] },
  ];
}

/** Each needs the one before. */
export function inRow(count: number): readonly Shape[] {
  return names("s", count).map((name, index, all) => ({
    name,
    readyAfterMs: 10,
    dependsOn: all.slice(Math.max(0, index - 1), index),
  }));
}

/** Each needs all of the layer before. */
export function inLayers(layers: number, width: number): readonly Shape[] {
  const layer = (index: number) => (index < 0 ? [] : names(`l${index}-`, width));
  return Array.from({ length: layers }, (_, index) =>
    layer(index).map((name) => ({ name, readyAfterMs: 10, dependsOn: layer(index - 1) })),
  ).flat();
}

/** Nobody needs anybody. */
export function independent(count: number): readonly Shape[] {
  return names("s", count).map((name) => ({ name, readyAfterMs: 10, dependsOn: [] }));
}

/** Two chains whose slow parts lie in different waves: waves take 3,000 ms, the graph needs 2,100 ms. */
export function skewed(): readonly Shape[] {
  return [
    { name: "a1", readyAfterMs: 1000, dependsOn: [] },
    { name: "b1", readyAfterMs: 100, dependsOn: [] },
    { name: "a2", readyAfterMs: 100, dependsOn: ["a1"] },
    { name: "b2", readyAfterMs: 1000, dependsOn: ["b1"] },
    { name: "a3", readyAfterMs: 1000, dependsOn: ["a2"] },
    { name: "b3", readyAfterMs: 1000, dependsOn: ["b2"] },
  ];
}

function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
