import { defineConfig } from "vitest/config";

const globalSetup = ["test/support/global-setup.ts"];
const minutes = 60_000;
const commands = { testTimeout: minutes, hookTimeout: minutes, maxWorkers: 2, globalSetup };

/**
 * Nothing is tried twice: a test that fails now and then has found something.
 * `npm test` runs the first three projects; pack needs the registry, long needs patience.
 */
export default defineConfig({
  test: {
    pool: "forks",
    retry: 0,
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
