import type { Goal, Report, Table } from "./report.ts";

/** A report for a terminal. */
export function textReport({ workload, summary, tables, goals, faults }: Report, showsGoals: boolean): string {
  return [
    `\n== ${workload}: ${summary}`,
    ...tables.map((table) => aligned(table).join("\n")),
    ...(showsGoals ? goals.map((goal) => `goal: ${goalLine(goal)}`) : []),
    ...faults.map((fault) => `FAULT ${fault}`),
  ].join("\n");
}

function goalLine({ what, wanted, got, isMet }: Goal): string {
  return `${what} ${wanted}: ${got}, ${isMet ? "met" : "NOT met"}`;
}

/** Columns as wide as their widest cell; the first is text, the others are numbers. */
function aligned({ columns, rows }: Table): readonly string[] {
  const all = [columns, ...rows];
  const widths = columns.map((_, index) => Math.max(...all.map((row) => (row[index] ?? "").length)));
  return all.map((row) =>
    widths
      .map((width, index) => (index === 0 ? (row[index] ?? "").padEnd(width) : (row[index] ?? "").padStart(width)))
      .join("  ")
      .trimEnd(),
  );
}
