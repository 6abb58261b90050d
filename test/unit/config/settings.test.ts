import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { colorVariables, settingDefinitions } from "../../../scripts/lib/config/setting-definitions.ts";
import type { Settings } from "../../../scripts/lib/model/settings.ts";
import { codesOf, problemsOf, read, type ReadOptions, specOf, web, wordsOf } from "./services-folder.ts";

const settingsOf = async (yaml: string, options: ReadOptions = {}): Promise<Settings> =>
  (await read(yaml, options)).settings;

test("defaults", async () => {
  expect(await settingsOf(web())).toEqual({
    parallelOperations: true,
    parallelStart: true,
    parallelKill: true,
    startupVerification: true,
    killTimeoutMs: 30_000,
    killTimeoutIsExplicit: false,
    startTimeoutMs: 60_000,
    processCheckIntervalMs: 1_000,
    maxRetries: 3,
    startLimit: null,
    logMaxBytes: 50_000_000,
    logKeep: 3,
    debug: false,
  });
});

describe("each variable, from each place", () => {
  const cases = [
    ["ENABLE_PARALLEL_OPERATIONS", "false", { parallelOperations: false, parallelStart: false, parallelKill: false }],
    ["PARALLEL_START_ENABLED", "false", { parallelStart: false, parallelKill: true }],
    ["PARALLEL_KILL_ENABLED", "false", { parallelStart: true, parallelKill: false }],
    ["STARTUP_VERIFICATION_ENABLED", "false", { startupVerification: false }],
    ["PARALLEL_KILL_TIMEOUT", "0.5", { killTimeoutMs: 500, killTimeoutIsExplicit: true }],
    ["PARALLEL_START_TIMEOUT", "5", { startTimeoutMs: 5_000 }],
    ["PROCESS_CHECK_INTERVAL", ".25", { processCheckIntervalMs: 250 }],
    ["MAX_PARALLEL_RETRIES", "0", { maxRetries: 0 }],
    ["PARALLEL_START_LIMIT", "4", { startLimit: 4 }],
    ["LOG_MAX_SIZE", "512KiB", { logMaxBytes: 524_288 }],
    ["LOG_KEEP", "7", { logKeep: 7 }],
    ["DEBUG", "true", { debug: true }],
  ] as const;

  test("no variable is left out here", () => {
    expect(cases.map(([variable]) => variable)).toEqual(settingDefinitions.map(({ variable }) => variable));
  });

  test.each(cases)("%s=%s", async (variable, text, expected) => {
    expect(await settingsOf(web(), { ambient: { [variable]: text } })).toMatchObject(expected);
    expect(await settingsOf(web(), { files: { ".env": `${variable}=${text}` } })).toMatchObject(expected);
    expect(await settingsOf(`settings: { ${variable.toLowerCase()}: ${text} }\n${web()}`)).toMatchObject(expected);
  });
});

test.each([
  ["0", null],
  ["1000", 1_000],
  ["1.5 gb", 1.5e9],
  ["10m", 1e7],
  ["2kB", 2_000],
])("LOG_MAX_SIZE=%s", async (text, logMaxBytes) => {
  expect(await settingsOf(web(), { ambient: { LOG_MAX_SIZE: text } })).toMatchObject({ logMaxBytes });
});

test.each(["much", "-1", "5 apples", "1e3", "MB"])("LOG_MAX_SIZE=%s is a mistake", async (text) => {
  const problems = await problemsOf(web(), { ambient: { LOG_MAX_SIZE: text } });
  expect(problems).toMatchObject([{ code: "SETTING_INVALID" }]);
  expect(problems[0]?.message).toContain("LOG_MAX_SIZE must be a size such as 50MB or 512KiB, not ");
});

test("default < settings < .env < environment", async () => {
  const yaml = `settings: { max_parallel_retries: 1 }\n${web()}`;
  const files = { ".env": "MAX_PARALLEL_RETRIES=2" };
  expect((await settingsOf(yaml)).maxRetries).toBe(1);
  expect((await settingsOf(yaml, { files })).maxRetries).toBe(2);
  expect((await settingsOf(yaml, { files, ambient: { MAX_PARALLEL_RETRIES: "5" } })).maxRetries).toBe(5);
  expect((await settingsOf(yaml, { files, ambient: { MAX_PARALLEL_RETRIES: "" } })).maxRetries).toBe(2);
});

test("an empty value is none", async () => {
  const yaml = `settings: { parallel_start_limit: }\n${web()}`;
  expect((await settingsOf(yaml, { files: { ".env": "PARALLEL_START_LIMIT=" } })).startLimit).toBeNull();
});

test.each(["1", "yes", "ON", "True"])("in the environment %s is true", async (text) => {
  expect((await settingsOf(web(), { ambient: { DEBUG: text } })).debug).toBe(true);
});

test("DEBUG of other programs is not meant for us", async () => {
  expect((await settingsOf(web(), { ambient: { DEBUG: "express:*" } })).debug).toBe(false);
  expect((await settingsOf(web(), { ambient: { DEBUG: "express:*" }, files: { ".env": "DEBUG=true" } })).debug).toBe(
    true,
  );
});

describe("errors", () => {
  test.each([
    ["PARALLEL_KILL_TIMEOUT", "abc"],
    ["PARALLEL_KILL_TIMEOUT", "-1"],
    ["PARALLEL_KILL_TIMEOUT", "30s"],
    ["PARALLEL_KILL_TIMEOUT", "1e1"],
    ["PARALLEL_KILL_TIMEOUT", "9999999999"],
    ["PARALLEL_START_TIMEOUT", "0"],
    ["PROCESS_CHECK_INTERVAL", "0"],
    ["MAX_PARALLEL_RETRIES", "1.5"],
    ["PARALLEL_START_LIMIT", "0"],
    ["PARALLEL_START_ENABLED", "maybe"],
  ])("%s=%s, wherever it is set", async (variable, text) => {
    const quoted = JSON.stringify(text);
    expect(await codesOf(web(), { ambient: { [variable]: text } })).toEqual(["SETTING_INVALID"]);
    expect(await codesOf(web(), { files: { ".env": `# first\n${variable}=${text}` } })).toEqual([
      `SETTING_INVALID .env:2:${variable.length + 2}`,
    ]);
    const [problem] = await problemsOf(`settings: { ${variable.toLowerCase()}: ${quoted} }\n${web()}`);
    expect(problem).toMatchObject({ place: { line: 1, column: variable.length + 15 } });
    expect(problem?.code).toBe(text === "maybe" ? "VALUE_INVALID" : "SETTING_INVALID");
  });

  test("name the variable and where it was set; a value that is overridden is checked too", async () => {
    const yaml = `settings: { parallel_start_timeout: soon }\n${web()}`;
    const options = { files: { ".env": "PARALLEL_START_TIMEOUT=later" }, ambient: { PARALLEL_START_TIMEOUT: "never" } };
    expect(await wordsOf(yaml, options)).toMatchInlineSnapshot(`
      "error[SETTING_INVALID]: PARALLEL_START_TIMEOUT must be a number of seconds above 0, not "soon" (set in settings)
       --> services.yaml:1:37
        |
      1 | settings: { parallel_start_timeout: soon }
        |                                     ^^^^
      hint: The default is 60 (seconds).

      error[SETTING_INVALID]: PARALLEL_START_TIMEOUT must be a number of seconds above 0, not "later" (set in .env)
       --> .env:1:24
        |
      1 | PARALLEL_START_TIMEOUT=later
        |                        ^^^^^
      hint: The default is 60 (seconds).

      error[SETTING_INVALID]: PARALLEL_START_TIMEOUT must be a number of seconds above 0, not "never" (set in the environment)
      hint: The default is 60 (seconds)."
    `);
  });

  test("unknown settings, and yes for a boolean", async () => {
    const yaml = `settings: { parallel_start_timout: 1, debug: yes, parallel_kill_enabled: 1 }\n${web()}`;
    expect(await codesOf(yaml)).toEqual(["KEY_UNKNOWN 1:13", "YAML_BOOLEAN 1:46", "VALUE_INVALID 1:74"]);
  });
});

describe("what settings do to services", () => {
  test("PARALLEL_START_TIMEOUT and PARALLEL_KILL_TIMEOUT are defaults of each service, PROCESS_CHECK_INTERVAL of each check", async () => {
    const ambient = { PARALLEL_START_TIMEOUT: "7", PROCESS_CHECK_INTERVAL: "3" };
    expect(await specOf(web("ports: [8000]"), { ambient })).toMatchObject({
      startTimeoutMs: 7_000,
      stopGraceMs: 30_000,
      healthCheck: { timing: { intervalMs: 3_000 } },
    });
    expect(
      await specOf(web("start_timeout: 9s", "ports: [8000]", "healthcheck: { interval: 5s }"), { ambient }),
    ).toMatchObject({ startTimeoutMs: 9_000, healthCheck: { timing: { intervalMs: 5_000 } } });
  });

  test.each([
    ["nowhere", "40s", {}, 40_000],
    ["nowhere", "5s", {}, 5_000],
    ["in the environment", "40s", { ambient: { PARALLEL_KILL_TIMEOUT: "10" } }, 10_000],
    ["in .env", "40s", { files: { ".env": "PARALLEL_KILL_TIMEOUT=10" } }, 10_000],
    ["in the environment", "5s", { ambient: { PARALLEL_KILL_TIMEOUT: "10" } }, 5_000],
  ])("PARALLEL_KILL_TIMEOUT set %s: stop_grace_period %s", async (_where, grace, options, ms) => {
    expect((await specOf(web(`stop_grace_period: ${grace}`), options)).stopGraceMs).toBe(ms);
  });

  test("PARALLEL_KILL_TIMEOUT in settings caps, too, and is the default", async () => {
    const settings = "settings: { parallel_kill_timeout: 2 }\n";
    expect((await specOf(settings + web("stop_grace_period: 1m"))).stopGraceMs).toBe(2_000);
    expect((await specOf(settings + web())).stopGraceMs).toBe(2_000);
  });
});

test(".env.example lists every tuning variable once, with its default and a comment of one line", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../.env.example"), "utf8");
  const listed = [...text.matchAll(/^# (?<comment>.+)\n#(?<variable>[A-Z_]+)=(?<value>.*)$/gm)].map(
    ({ groups }) => groups,
  );
  expect(listed.map((groups) => groups?.["variable"])).toEqual([
    ...settingDefinitions.map(({ variable }) => variable),
    ...colorVariables.map(({ variable }) => variable),
  ]);
  for (const [index, { default: standard, kind, meaning }] of settingDefinitions.entries()) {
    expect(listed[index]?.["value"]).toBe(standard === null ? "" : String(standard));
    expect(listed[index]?.["comment"]).toContain(meaning);
    if (kind === "seconds") expect(listed[index]?.["comment"]).toContain("seconds");
  }
});
