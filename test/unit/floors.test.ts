import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, matchesGlob } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const project = join(import.meta.dirname, "../..");
const configFile = join(project, ".oxlintrc.json");
const oxlint = join(project, "node_modules/.bin/oxlint");

interface Finding {
  readonly file: string;
  readonly rule: string;
}

describe("the floors of scripts/lib", () => {
  const { overrides }: { overrides: { files: string[] }[] } = JSON.parse(readFileSync(configFile, "utf8"));
  const rooms = readdirSync(join(project, "scripts/lib"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

  test.each(rooms)("%s stands in exactly one override", (room) => {
    const holding = overrides.filter(({ files }) =>
      files.some((glob) => matchesGlob(`scripts/lib/${room}/anything.ts`, glob)),
    );
    expect(holding).toHaveLength(1);
  });

  test("circles are errors in the configuration as oxlint resolves it", () => {
    const printed = execFileSync(oxlint, ["--print-config", "-c", configFile], { encoding: "utf8", cwd: project });
    const { rules }: { rules: Record<string, unknown> } = JSON.parse(printed);
    expect(JSON.stringify(rules["import/no-cycle"])).toMatch(/deny|error/);
  });
});

/** Every illegal import the house forbids, each in a file of its own: the file, its text, the rule that must find it. */
const illegal = {
  "model imports process": ["model/up.ts", `import { a } from "../process/legal.ts";\nexport const b = a;\n`],
  "model imports its neighbour diagnostic": ["model/side.ts", `export { d } from "../diagnostic/ground.ts";\n`],
  "diagnostic imports core": ["diagnostic/up.ts", `import { main } from "../../core/status.ts";\nexport { main };\n`],
  "graph imports orchestrator": ["graph/up.ts", `import { o } from "../orchestrator/legal.ts";\nexport const b = o;\n`],
  "graph imports its neighbour process": [
    "graph/side.ts",
    `import { a } from "../process/legal.ts";\nexport const b = a;\n`,
  ],
  "state imports supervisor": ["state/up.ts", `import { s } from "../supervisor/legal.ts";\nexport const b = s;\n`],
  "health imports core": ["health/up.ts", `import { main } from "../../core/status.ts";\nexport const b = main;\n`],
  "a re-export upward": ["process/re-export.ts", `export * from "../orchestrator/legal.ts";\n`],
  "a named re-export upward": ["process/re-export-named.ts", `export { o } from "../orchestrator/legal.ts";\n`],
  "a dynamic import upward": [
    "control/dynamic.ts",
    `export async function late(): Promise<unknown> {\n  return await import("../supervisor/legal.ts");\n}\n`,
  ],
  "a type-only import upward": [
    "logs/type-only.ts",
    `import type { O } from "../orchestrator/legal.ts";\nexport type P = O;\n`,
  ],
  "an inline type import upward": [
    "logs/type-inline.ts",
    `import { type O } from "../orchestrator/legal.ts";\nexport type P = O;\n`,
  ],
  "orchestrator imports its neighbour config": [
    "orchestrator/side.ts",
    `import { c } from "../config/legal.ts";\nexport const b = c;\n`,
  ],
  "supervisor imports report": [
    "supervisor/report.ts",
    `import { r } from "../report/legal.ts";\nexport const b = r;\n`,
  ],
  "cli imports core": ["cli/up.ts", `import { main } from "../../core/status.ts";\nexport const b = main;\n`],
  "process imports the library's face": [
    "process/face.ts",
    `import { face } from "../../index.ts";\nexport const b = face;\n`,
  ],
  "orchestrator imports the library's face": [
    "orchestrator/face.ts",
    `import { face } from "../../index.ts";\nexport const b = face;\n`,
  ],
  "a command imports another": ["../core/restart.ts", `import { main } from "./status.ts";\nexport const b = main;\n`],
} satisfies Record<string, readonly [file: string, text: string]>;

const circles = {
  "a circle of values": {
    "process/value-one.ts": `import { two } from "./value-two.ts";\nexport const one = (): number => two() + 1;\n`,
    "process/value-two.ts": `import { one } from "./value-one.ts";\nexport const two = (): number => one() + 1;\n`,
  },
  "a circle of types": {
    "graph/type-one.ts": `import type { Two } from "./type-two.ts";\nexport type One = Two | 1;\n`,
    "graph/type-two.ts": `import type { One } from "./type-one.ts";\nexport type Two = One | 2;\n`,
  },
  "a circle through a third file": {
    "logs/ring-one.ts": `import { ring2 } from "./ring-two.ts";\nexport const ring1 = (): number => ring2();\n`,
    "logs/ring-two.ts": `import { ring3 } from "./ring-three.ts";\nexport const ring2 = (): number => ring3();\n`,
    "logs/ring-three.ts": `import type { ring1 } from "./ring-one.ts";\nexport const ring3 = (): number => 3 as ReturnType<typeof ring1>;\n`,
  },
} satisfies Record<string, Record<string, string>>;

const legal = {
  "model/ground.ts": `export const m = 1;\nexport type M = number;\n`,
  "diagnostic/ground.ts": `export const d = 1;\n`,
  "process/legal.ts": `import { m } from "../model/ground.ts";\nimport { inner } from "./inner.ts";\nexport const a = m + inner;\n`,
  "process/inner.ts": `import { d } from "../diagnostic/ground.ts";\nexport const inner = d;\n`,
  "state/legal.ts": `import type { M } from "../model/ground.ts";\nexport type S = M;\n`,
  "report/legal.ts": `import type { M } from "../model/ground.ts";\nexport const r: M = 1;\n`,
  "config/legal.ts": `export const c = 1;\n`,
  "supervisor/legal.ts": `import { a } from "../process/legal.ts";\nexport const s = a;\n`,
  "orchestrator/legal.ts": `import { a } from "../process/legal.ts";\nexport const o = a;\nexport type O = typeof o;\n`,
  "../index.ts": `export const face = 1;\n`,
  "../core/status.ts": `import { s } from "../lib/supervisor/legal.ts";\nimport { r } from "../lib/report/legal.ts";\nexport const main = s + r;\n`,
};

describe("lint, run for real over a small tree", () => {
  let folder = "";
  let findings: readonly Finding[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "groundswell-floors-"));
    copyFileSync(configFile, join(folder, ".oxlintrc.json"));
    const files = [
      ...Object.values(illegal),
      ...Object.values(circles).flatMap(Object.entries),
      ...Object.entries(legal),
    ];
    for (const [file, text] of files) {
      const path = join(folder, "scripts/lib", file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    findings = lint(folder);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const rulesAgainst = (file: string): string[] =>
    findings.filter((finding) => finding.file === join("scripts/lib", file)).map(({ rule }) => rule);

  test.each(Object.entries(illegal))("%s: caught", (_what, [file]) => {
    expect(rulesAgainst(file)).toContain("eslint(no-restricted-imports)");
  });

  test.each(Object.entries(circles))("%s: caught in every file of it", (_what, files) => {
    for (const file of Object.keys(files)) expect(rulesAgainst(file)).toContain("import(no-cycle)");
  });

  test.each(Object.keys(legal))("%s: nothing to say", (file) => {
    expect(rulesAgainst(file)).toEqual([]);
  });
});

/** What the real oxlint says of a folder that has its own copy of the real configuration. */
function lint(folder: string): readonly Finding[] {
  const run = spawnSync(oxlint, ["--format", "json", "scripts"], { cwd: folder, encoding: "utf8" });
  const { diagnostics }: { diagnostics: { filename: string; code: string; severity: string }[] } = JSON.parse(
    run.stdout,
  );
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ filename, code }) => ({ file: filename, rule: code }));
}
