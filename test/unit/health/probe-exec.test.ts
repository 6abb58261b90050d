import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { probe } from "../../../scripts/lib/health/probe.ts";
import type { HealthCheck } from "../../../scripts/lib/model/service.ts";
import { contextOf, execCheck, timing } from "./checks.ts";

test("exit code 0 is a success", async () => {
  expect(await probe(execCheck("exit 0"), contextOf())).toMatchObject({ ok: true, message: "exit code 0" });
});

test("another one is not; the last line it wrote says why", async () => {
  const script = "echo trying; printf '\\033[31mno route to db\\033[0m\\n\\n' >&2; exit 3";
  expect(await probe(execCheck(script), contextOf())).toMatchObject({
    ok: false,
    kind: "answered",
    message: "exit code 3; output: no route to db",
  });
  expect(await probe(execCheck("exit 1"), contextOf())).toMatchObject({ message: "exit code 1" });
});

test("a signal, a deadline, a program that is not there", async () => {
  expect(await probe(execCheck("kill -KILL $$"), contextOf())).toMatchObject({
    ok: false,
    message: "ended by SIGKILL",
  });
  expect(await probe(execCheck("echo still waiting; sleep 600", { timeoutMs: 200 }), contextOf())).toMatchObject({
    ok: false,
    kind: "timeout",
    message: /^the check did not end within 200 ms/,
  });
  const missing: HealthCheck = { kind: "exec", command: { kind: "argv", argv: ["/no/such/program"] }, timing };
  expect(await probe(missing, contextOf())).toMatchObject({
    ok: false,
    kind: "other",
    message: "the check cannot be run: ENOENT",
  });
});

test("it runs in the service's folder and environment", async () => {
  const cwd = await realpath(await mkdtemp(join(tmpdir(), "health-")));
  onTestFinished(() => rm(cwd, { recursive: true }));
  const environment = { PATH: process.env["PATH"] ?? "", EXPECTED: cwd };
  expect(await probe(execCheck('test "$(pwd)" = "$EXPECTED"'), contextOf({ cwd, environment }))).toMatchObject({
    ok: true,
  });
});

test("called off, it does not wait for a runner that does not end", async () => {
  const controller = new AbortController();
  const context = contextOf({ runCommand: () => new Promise(() => {}) });
  const result = probe(execCheck("true"), context, controller.signal);
  controller.abort();
  expect(await result).toMatchObject({ ok: false, message: "the probe was called off" });
});
