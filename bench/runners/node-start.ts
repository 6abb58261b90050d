import type { Runner } from "./runner.ts";

/** Does nothing: what Node itself costs, in the same rounds. */
export const nodeStart: Runner = {
  name: "node -e 0",
  missing: () => null,
  version: () => process.versions.node,
  cannot: {},
  prepare: () => ({ argv: [process.execPath, "-e", "0"] }),
};
