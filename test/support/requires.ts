import { accessSync, appendFileSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, test } from "vitest";
import { leftOutFile } from "./global-setup.ts";
import { runFolder } from "./run-folder.ts";

/**
 * `describe` for tests that need real programs of the machine. Where one is missing the suite is left out and the end of the run says so;
 * with GROUNDSWELL_REQUIRE_ALL=1, as on CI, it fails.
 */
export function requires(...programs: readonly string[]): (title: string, suite: () => void) => void {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length === 0) return describe;
  const reason = missing.map((program) => `${program} is not installed`).join(", ");
  return (title, suite) => {
    if (process.env["GROUNDSWELL_REQUIRE_ALL"] === "1") {
      test(title, () => {
        throw new Error(`${reason}, and GROUNDSWELL_REQUIRE_ALL=1 wants every test to run`);
      });
      return;
    }
    appendFileSync(leftOutFile(runFolder()), `${title}: ${reason}\n`);
    describe.skip(title, suite);
  };
}

function isInstalled(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
