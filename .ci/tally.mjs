// Adds up the steps and the vitest reports of one CI run. A test that was skipped, a file that could not be loaded
// and a report that is missing all count as failed. Prints the slowest tests, what failed, and the total as the last line.
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const folder = process.argv[2] ?? ".";
const read = (file) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : "");

let passed = 0;
const failures = [];
const timed = [];

for (const line of read("steps").split("\n").filter(Boolean)) {
  if (line.startsWith("passed ")) passed += 1;
  else failures.push(line.replace("failed ", ""));
}

for (const suite of ["test", "test:pack"]) {
  const report = read(`${suite}.json`);
  if (report === "") {
    failures.push(`${suite}: vitest wrote no report`);
    continue;
  }
  const before = failures.length;
  for (const { name, status, message, assertionResults } of JSON.parse(report).testResults) {
    const file = relative(process.cwd(), name);
    if (
      assertionResults.length === 0 ||
      (status === "failed" && !assertionResults.some((one) => one.status === "failed"))
    ) {
      failures.push(`${file}: ${String(message).split("\n")[0] || "no test in it"}`);
    }
    for (const { fullName, status: outcome, duration } of assertionResults) {
      timed.push({ what: `${file}: ${fullName}`, seconds: (duration ?? 0) / 1000 });
      if (outcome === "passed") passed += 1;
      else failures.push(`${file}: ${fullName} (${outcome})`);
    }
  }
  if (read(`${suite}.status`).trim() !== "0" && failures.length === before)
    failures.push(`${suite}: vitest ended with an error`);
}

const slowest = timed.toSorted((one, other) => other.seconds - one.seconds).slice(0, 10);
console.log("\nThe 10 slowest tests:");
for (const { what, seconds } of slowest) console.log(`${seconds.toFixed(1).padStart(7)} s  ${what}`);
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((what) => `  ${what}`).join("\n")}`);
console.log(`\n${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
