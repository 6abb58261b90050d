import { markdownTable } from "../report/markdown-table.ts";
import type { Report } from "../report/report.ts";

/** docs/soak.md. */
export function soakPage({ summary, tables, goals, faults }: Report): string {
  const [counts, lives, samples] = tables.map((table) => markdownTable(table));
  return `${[
    "# Soak",
    "Written by `npm run soak -- --write`. A stack of services with restart policies of all kinds, asked every second; for the whole time services are killed, end, fall ill, crash again and again and write much, are restarted, reloaded and started again, and the supervisor is killed. What should have become of each is known from what was done to it, and compared with `status --json` and with the processes that the programs stamped.",
    `${summary}.`,
    markdownTable({
      columns: ["expected", "wanted", "got", ""],
      rows: goals.map(({ what, wanted, got, isMet }) => [what, wanted, got, isMet ? "met" : "**NOT met**"]),
    }),
    ...(faults.length === 0 ? [] : ["## What was not as it should be", faults.map((fault) => `- ${fault}`).join("\n")]),
    "## What happened",
    counts,
    "## Supervisors",
    "Each from its first sample to its last. Growth by least squares over the second half of its life.",
    lives,
    "## Samples",
    "One every ten seconds; here one a minute.",
    samples,
  ].join("\n\n")}\n`;
}
