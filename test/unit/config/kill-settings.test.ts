import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readKillSettings } from "../../../scripts/lib/config/kill-settings.ts";

let root = "";
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "kill-settings-"))));
afterEach(() => rmSync(root, { recursive: true }));

test("nothing set: every service its own grace period, all at once", () => {
  expect(readKillSettings(root, {})).toEqual({ timeoutMs: null, parallel: true });
});

test(".env counts, with what it refers to; the environment counts more", () => {
  writeFileSync(join(root, ".env"), "PARALLEL_KILL_TIMEOUT=${GRACE:-1.5}\nENABLE_PARALLEL_OPERATIONS=false\n");
  expect(readKillSettings(root, {})).toEqual({ timeoutMs: 1_500, parallel: false });
  expect(readKillSettings(root, { GRACE: "3" }).timeoutMs).toBe(3_000);
  expect(readKillSettings(root, { PARALLEL_KILL_TIMEOUT: "7" }).timeoutMs).toBe(7_000);
});

test("a mistake elsewhere keeps nobody from stopping; one in what is heeded is named", () => {
  writeFileSync(join(root, ".env"), "PARALLEL_START_TIMEOUT=soon\nA='not closed\n");
  expect(readKillSettings(root, { PARALLEL_START_TIMEOUT: "later" })).toEqual({ timeoutMs: null, parallel: true });
  expect(() => readKillSettings(root, { PARALLEL_KILL_TIMEOUT: "-1" })).toThrow(
    /SETTING_INVALID.*PARALLEL_KILL_TIMEOUT/,
  );
});
