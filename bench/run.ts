// npm run bench: see README.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Arguments, readArguments } from "./cli/read-arguments.ts";
import { usage } from "./cli/usage.ts";
import { contestants, peers } from "./engines/engines.ts";
import type { Tool } from "./engines/tool.ts";
import type { Bench } from "./measure/bench.ts";
import { openBench } from "./measure/open-bench.ts";
import type { Report } from "./report/report.ts";
import { resultsPage } from "./report/results-page.ts";
import { surroundingsOf } from "./report/surroundings.ts";
import { textReport } from "./report/text-report.ts";
import { peerRunners } from "./runners/runners.ts";
import type { Workload } from "./workloads/workload.ts";

const resultsFile = join(import.meta.dirname, "RESULTS.md");

async function run(args: Arguments): Promise<number> {
  const { bench, close } = await openBench(args);
  const leave = (signal: "SIGINT" | "SIGTERM") =>
    void close().finally(() => process.exit(signal === "SIGINT" ? 130 : 143));
  process.once("SIGINT", leave).once("SIGTERM", leave);
  const reports: Report[] = [];
  try {
    for (const workload of args.workloads) {
      const report = await reportOf(workload, bench);
      reports.push(report);
      console.log(textReport(report, !args.isSmoke));
    }
  } finally {
    await close();
  }
  const tools = byName([...contestants(bench.programs), ...peers, ...peerRunners]);
  const wanted = byName(args.workloads.flatMap((one) => one.peers));
  const missing = wanted.filter((tool) => tool.missing() !== null);
  for (const tool of missing) console.log(`MISSING ${tool.name}: ${tool.missing()}`);
  const faults = reports.flatMap((report) => report.faults);
  if (args.writes && faults.length > 0) console.log("Nothing is written: what is wrong is no result");
  else if (args.writes) writeFileSync(resultsFile, resultsPage(reports, surroundingsOf(tools, args.rounds)));
  const goals = args.isSmoke ? [] : reports.flatMap((report) => report.goals);
  const met = goals.filter(({ isMet }) => isMet).length;
  console.log(
    `\n${reports.length} workloads, ${faults.length} faults, ${missing.length} peers missing${args.isSmoke ? "" : `, ${met} of ${goals.length} goals met`}`,
  );
  return faults.length + missing.length === 0 ? 0 : 1;
}

/** concurrently, for one, starts services and runs commands: a tool is named once. */
function byName(tools: readonly Tool[]): readonly Tool[] {
  return [...new Map(tools.map((tool) => [tool.name, tool])).values()];
}

/** A workload that breaks is a fault, and the others still run. */
async function reportOf(workload: Workload, bench: Bench): Promise<Report> {
  const { name, summary } = workload;
  try {
    return { workload: name, summary, ...(await workload.run(bench)) };
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { workload: name, summary, tables: [], goals: [], faults: [`${name}: ${what}`] };
  }
}

function typed(argv: readonly string[]): Arguments | null {
  try {
    return readArguments(argv);
  } catch (error) {
    process.stderr.write(
      `error: ${error instanceof Error ? error.message : String(error)}\nhint: npm run bench -- --help\n`,
    );
    return null;
  }
}

const args = typed(process.argv.slice(2));
if (args === null) process.exitCode = 64;
else if (args.asksHelp) process.stdout.write(usage());
else process.exitCode = await run(args);
