import { markdownTable } from "./markdown-table.ts";
import type { Report } from "./report.ts";
import type { Surroundings } from "./surroundings.ts";

/** RESULTS.md: what was measured, on what, with what. */
export function resultsPage(reports: readonly Report[], surroundings: Surroundings): string {
  const { date, machine, rounds, versions } = surroundings;
  const sections = reports.map(({ workload, summary, tables, goals }) =>
    [
      `## ${workload}`,
      `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
      ...tables.map((table) => markdownTable(table)),
      markdownTable({
        columns: ["goal", "wanted", "got", ""],
        rows: goals.map(({ what, wanted, got, isMet }) => [what, wanted, got, isMet ? "met" : "**NOT met**"]),
      }),
    ].join("\n\n"),
  );
  return `${[
    "# Results",
    "Written by `npm run bench -- --write`; [README.md](README.md) says what each column means.",
    `Measured ${date} on ${machine}. Medians of ${rounds} rounds in which the engines took turns. Compare ratios: absolute times are those of this machine.`,
    markdownTable({ columns: ["engine", "version"], rows: versions }),
    ...sections,
  ].join("\n\n")}\n`;
}
