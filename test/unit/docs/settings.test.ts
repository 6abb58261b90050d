import { expect, test } from "vitest";
import { settingDefinitions } from "../../../scripts/lib/config/setting-definitions.ts";
import { readDocument } from "./documents.ts";

const fromV3 = readDocument("docs/from-v3.md");

test("from-v3.md: every variable there exists, with the default it tells", () => {
  const rows = [...fromV3.matchAll(/^\| `([A-Z_]+)` .*Default: (\w+) +\|$/gm)];
  expect(rows).toHaveLength(8);
  for (const [, variable, standard] of rows) {
    const definition = settingDefinitions.find((setting) => setting.variable === variable);
    expect(String(definition?.default), variable).toBe(standard);
  }
});

test("from-v3.md: what it calls new is all the rest", () => {
  const told = [...fromV3.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(([, variable = ""]) => variable);
  expect([...new Set(told)].toSorted()).toEqual(settingDefinitions.map(({ variable }) => variable).toSorted());
});
