import type { Wave } from "../model/service.ts";
import { edgeNotes } from "./dependency-words.ts";

/**
 * The graph as a mermaid flowchart: a subgraph for each wave, an arrow from a dependency to what waits for it, dotted where it is
 * optional, with a label where the condition is not `healthy`. Edges to services that are not in the waves are left out.
 *
 * @returns Lines ending with a newline.
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function graphMermaid(waves: readonly Wave[]): string {
  const services = waves.flatMap((wave) => wave.services);
  // Names may be words of mermaid's own (end, graph): only numbers are safe.
  const ids = new Map(services.map(({ name }, index) => [name, `s${index}`]));
  const edges = services.flatMap(({ name, dependsOn }) =>
    dependsOn.flatMap((edge) => {
      const [from, to] = [ids.get(edge.service), ids.get(name)];
      if (from === undefined || to === undefined) return [];
      const notes = edgeNotes(edge);
      return [`  ${from} ${edge.required ? "-->" : "-.->"}${notes === "" ? "" : `|"${notes}"|`} ${to}`];
    }),
  );
  const blocks = waves.flatMap((wave) => [
    `  subgraph wave${wave.index}["wave ${wave.index}"]`,
    ...wave.services.map(({ name, type }) => {
      const label = `"${escaped(name)}"`;
      return `    ${ids.get(name)}${type === "task" ? `([${label}])` : `[${label}]`}`;
    }),
    "  end",
  ]);
  return `${["flowchart LR", ...blocks, ...edges].join("\n")}\n`;
}

/** In a quoted label everything but these stands for itself. */
function escaped(text: string): string {
  return text.replaceAll("#", "#35;").replaceAll('"', "#quot;").replaceAll("<", "#lt;").replaceAll(">", "#gt;");
}
