import { defineConfig } from "vitest/config";

/**
 * unit: mirrors scripts/lib, pure or with short real processes.
 * system: commands as a user runs them. At most two files at once: on a laptop of two cores, more would only measure each other's load.
 */
export default defineConfig({
  test: {
    pool: "forks",
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 20_000 } },
      {
        test: {
          name: "system",
          include: ["test/system/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
