// npm run soak: see README.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openBench } from "./measure/open-bench.ts";
import { textReport } from "./report/text-report.ts";
import { readSoakArguments, type SoakArguments, soakUsage } from "./soak/read-soak-arguments.ts";
import { runSoak } from "./soak/run-soak.ts";
import { soakPage } from "./soak/soak-page.ts";
import { soakReport } from "./soak/soak-report.ts";

const page = join(import.meta.dirname, "../docs/soak.md");

async function run(args: SoakArguments): Promise<number> {
  const { bench, close } = await openBench({ rounds: 1, cycles: 1, isSmoke: false, keepsRounds: args.keeps });
  const leave = (_: NodeJS.Signals, number: number) => void close().finally(() => process.exit(128 + number));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, leave);
  bench.say(`soak: ${args.services} services for ${args.minutes} minutes, seed ${args.seed}`);
  try {
    const report = soakReport(await runSoak(bench, args), args);
    console.log(textReport(report, true));
    const isGood = report.faults.length === 0 && report.goals.every(({ isMet }) => isMet);
    console.log(`\n${isGood ? "All was as it should be" : "Not all was as it should be"}: seed ${args.seed}`);
    if (args.writes) writeFileSync(page, soakPage(report));
    return isGood ? 0 : 1;
  } finally {
    await close();
  }
}

function typed(argv: readonly string[]): SoakArguments | null {
  try {
    return readSoakArguments(argv);
  } catch (error) {
    process.stderr.write(
      `error: ${error instanceof Error ? error.message : String(error)}\nhint: npm run soak -- --help\n`,
    );
    return null;
  }
}

const args = typed(process.argv.slice(2));
if (args === null) process.exitCode = 64;
else if (args.asksHelp) process.stdout.write(soakUsage);
else process.exitCode = await run(args);
