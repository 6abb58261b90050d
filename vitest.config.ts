import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const globalSetup = ["test/support/global-setup.ts"];
const minutes = 60_000;
const commands = { testTimeout: minutes, hookTimeout: minutes, maxWorkers: 2, globalSetup };

/** Files that take longest. They come first: one that comes last runs alone, while the other worker has nothing to do any more. */
const longest = [
  "sample",
  "kill-nine",
  "properties",
  "watch",
  "restart-policy",
  "supervisor-killed",
  "process-trees",
  "run-stop",
  "run-output",
  "run-output-terminal",
  "run-volume",
  "repos",
  "wait",
  "foreground",
  "run",
  "reload",
  "supervisor",
  "dependencies",
  "starting",
  "adoption",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return index === -1 ? longest.length : index;
    };
    return files.toSorted((a, b) => rank(a) - rank(b));
  }
}

/**
 * Nothing is tried twice: a test that fails now and then has found something.
 * `npm test` runs the first three projects; pack needs the registry, long needs patience.
 */
export default defineConfig({
  test: {
    pool: "forks",
    retry: 0,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Mirrors scripts/lib: pure, or with short real processes.
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 20_000, globalSetup } },
      // Commands as a user runs them. At most two files at once: on a laptop of two cores, more would only measure each other's load.
      { test: { name: "system", include: ["test/system/**/*.test.ts"], ...commands } },
      // Ways in which tools of this kind fail, each brought about for real: docs/reliability.md has the list.
      { test: { name: "conformance", include: ["test/conformance/**/*.test.ts"], ...commands } },
      // What is shipped, installed into an empty folder.
      {
        test: {
          name: "pack",
          include: ["test/pack/**/*.test.ts"],
          testTimeout: 5 * minutes,
          hookTimeout: 5 * minutes,
          globalSetup,
        },
      },
      // The same questions asked very often.
      {
        test: {
          name: "long",
          include: ["test/long/**/*.test.ts"],
          testTimeout: 30 * minutes,
          hookTimeout: minutes,
          maxWorkers: 1,
          globalSetup,
        },
      },
    ],
  },
});
