import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { healthy } from "../support/program.ts";
import { workspace } from "../support/workspace.ts";

const run = promisify(execFile);
const project = join(import.meta.dirname, "../..");
const tsc = join(project, "node_modules/.bin/tsc");
/** Where the registry cannot be reached, it says so instead of waiting. */
const npmInstall = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries", "1"];
/** npm's own settings of the run we are in must not reach the installation. */
const env = Object.fromEntries(
  Object.entries({ ...process.env, PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}` }).filter(
    ([name]) => !name.startsWith("npm_") && !name.startsWith("VITEST"),
  ),
);

let folder = "";
let installed = "";

/** Packs the project and installs the package into an empty folder, as a user gets it. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gswell-pack-"));
  const packed = join(folder, "packed");
  installed = join(folder, "installed");
  mkdirSync(packed);
  mkdirSync(installed);
  await run("npm", ["pack", "--pack-destination", packed], { cwd: project, env });
  const [tarball] = readdirSync(packed);
  writeFileSync(
    join(installed, "package.json"),
    `{ "name": "user", "version": "1.0.0", "type": "module", "private": true }\n`,
  );
  await run("npm", [...npmInstall, join(packed, String(tarball))], {
    cwd: installed,
    env,
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the package", () => {
  test("holds what it needs, and neither sources nor tests", () => {
    const files = readdirSync(join(installed, "node_modules/groundswell"), { recursive: true, encoding: "utf8" });
    expect(files).toEqual(expect.arrayContaining(["bin/groundswell.js", "dist/index.js", "dist/index.d.ts"]));
    expect(files).toEqual(expect.arrayContaining(["dist/core/start_dev.cjs", "dist/core/supervisor.cjs"]));
    expect(files.filter((file) => /^(scripts|test|bench|node_modules)\b|metafile|\.test\./.test(file))).toEqual([]);
  });

  test("answers to its name; `status` of an empty folder says what is missing", async () => {
    const end = await run("npx", ["--no-install", "groundswell", "status"], { cwd: installed, env }).catch(
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect(end).toMatchObject({ code: 78 });
    expect(end.stderr).toContain("CONFIG_NOT_FOUND");
  });

  test("gives its version", async () => {
    const { version }: { version: string } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
    const { stdout } = await run("npx", ["--no-install", "gsw", "--version"], { cwd: installed, env });
    expect(stdout).toContain(version);
  });

  test("has types that a program in TypeScript can use", () => {
    writeFileSync(
      join(installed, "use.ts"),
      `import { calculateDependencyWaves, initParallelDependencySystem } from "groundswell";\n` +
        `const system = await initParallelDependencySystem({ file: "services.yaml", env: process.env });\n` +
        `const waves: readonly { readonly index: number }[] = calculateDependencyWaves(system.services);\n` +
        `console.log(waves.length);\n`,
    );
    const args = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024", "--types", "node"];
    const types = ["--typeRoots", join(project, "node_modules/@types")];
    expect(() => execFileSync(tsc, [...args, ...types, "use.ts"], { cwd: installed, encoding: "utf8" })).not.toThrow();
  });

  test("is what publint wants of a package", async () => {
    const { stdout } = await run(join(project, "node_modules/.bin/publint"), ["--strict", "--pack", "false"], {
      cwd: join(installed, "node_modules/groundswell"),
      env,
    });
    expect(stdout).toContain("All good!");
  });
});

describe("a stack, by the installed package", () => {
  const bin = () => join(installed, "node_modules/groundswell/bin/groundswell.js");

  test("starts in waves, tells its status, stops and leaves nothing", async () => {
    await using dev = await workspace(
      `services:\n  api: ${healthy("api", "depends_on: [db]")}\n  db: ${healthy("db")}\n`,
      { bin: bin() },
    );
    expect(await dev.run("start")).toMatchObject({ exitCode: 0 });
    const [api, db] = await dev.programs("api", "db");
    expect(api.startedAt).toBeGreaterThan(db.healthyAt);
    expect((await dev.status()).summary).toEqual({ total: 2, ready: 2, failed: 0 });
    await dev.stopAll();
  });

  test("runs on the oldest Node it claims to run on", async () => {
    const { engines }: { engines: { node: string } } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
    const node = await install(`${engines.node.replace(">=", "")}.0`);
    await using dev = await workspace(`services: { web: ${healthy("web")} }\n`, { bin: bin(), node });
    expect(await dev.run("start")).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining("Warning") });
    expect((await dev.statusOf("web")).phase).toBe("ready");
    await dev.stopAll();
  });

  test("says on an older Node what it needs, and ends with 69", async () => {
    const node = await install("20.19.0");
    await using dev = await workspace(`services: { web: ${healthy("web")} }\n`, { bin: bin(), node });
    expect(await dev.run("start")).toMatchObject({
      exitCode: 69,
      stderr: expect.stringMatching(/NODE_TOO_OLD[^]*20\.19\.0/),
    });
    expect(dev.strays()).toEqual([]);
  });
});

/** A Node of exactly this version, from the package `node`. */
async function install(version: string): Promise<string> {
  const prefix = join(folder, `node-${version}`);
  mkdirSync(prefix);
  await run("npm", [...npmInstall, "--prefix", prefix, `node@${version}`], {
    cwd: prefix,
    env,
  });
  const node = join(prefix, "node_modules/node/bin/node");
  expect(execFileSync(node, ["--version"], { encoding: "utf8" }).trim()).toBe(`v${version}`);
  return node;
}
