import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import type { ProblemCode } from "../../scripts/lib/diagnostic/codes.ts";
import { runOlder } from "../support/older-version.ts";
import { isAlive } from "../support/processes.ts";
import { healthy, steered } from "../support/program.ts";
import { gitEnvironment, RepositoryFolder } from "../support/repository-folder.ts";
import type { Finished } from "../support/running-command.ts";
import { until } from "../support/until.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

// Every code is brought about by a real command, and docs/errors.md shows what that prints, to the letter. When a message changes,
// the difference a failing test shows is what to write there.

const project = join(import.meta.dirname, "../..");
const doc = readFileSync(join(project, "docs/errors.md"), "utf8");

/** The first block of text below the code's heading. */
function exampleOf(code: ProblemCode): string | undefined {
  const section = doc.split(/^## /m).find((part) => part.startsWith(`${code}\n`));
  return /```text\n([^]*?)\n```/.exec(section ?? "")?.[1];
}

/** The problem of this code in what a command printed, up to the next empty line; a warning is a line. Paths as the docs show them. */
function shown(code: ProblemCode, { stdout, stderr }: Finished, { root }: Workspace): string {
  const printed = `${stderr}${stdout}`.replaceAll(root, "/home/you/shop");
  const [error] = new RegExp(String.raw`^error\[${code}\][^]*?(?=\n\n|\n?$(?![^]))`, "m").exec(printed) ?? [];
  const [warning] = new RegExp(String.raw`^warning: .*\[${code}\]$`, "m").exec(printed) ?? [];
  return error ?? warning ?? `${code} was not said`;
}

function expectExample(code: ProblemCode, end: Finished, dev: Workspace): void {
  const withoutPids = (text: string | undefined) => text?.replaceAll(/\bpid \d+/g, "pid 4711");
  expect(withoutPids(shown(code, end, dev)), dev.story()).toBe(withoutPids(exampleOf(code)));
}

const sleeper = `services:\n  web: { command: sleep 60 }\n`;

const mistakes: Readonly<Record<string, { readonly yaml: string; readonly codes: readonly ProblemCode[] }>> = {
  "names, keys, values, ports, dependencies": {
    yaml: `services:
  supervisor: { command: node a.mjs }
  my db: { command: node db.mjs }
  db: { command: node db.mjs, ports: ["5432:5432"], tty: true }
  DB: { command: node db.mjs, ports: [8000] }
  api: { comand: node api.mjs }
  worker: { command: node worker.mjs, ports: [8000], start_timeout: soon }
  chicken: { command: node chicken.mjs, depends_on: [egg] }
  egg: { command: node egg.mjs, depends_on: [chicken] }
  mailer: { command: node mailer.mjs, profiles: [mail] }
  signup: { command: node signup.mjs, depends_on: [mailer] }
  page: { command: node page.mjs, depends_on: [apy] }
`,
    codes: [
      "SERVICE_NAME_RESERVED",
      "SERVICE_NAME_INVALID",
      "SERVICE_NAME_DUPLICATE",
      "PORT_MAPPING",
      "PORT_DUPLICATE",
      "TTY_UNSUPPORTED",
      "KEY_MISSING",
      "KEY_UNKNOWN",
      "VALUE_INVALID",
      "DEPENDENCY_UNKNOWN",
      "DEPENDENCY_CYCLE",
      "DEPENDENCY_OFF_BY_PROFILE",
    ],
  },
  "YAML that says too much": {
    yaml: `services:
  web: { command: node web.mjs, stdin_open: yes }
  api: { command: node api.mjs, environment: { KEY: !secret key } }
  worker: { command: node worker.mjs, environment: *shared }
  web: { command: node other.mjs }
`,
    codes: ["YAML_BOOLEAN", "YAML_UNKNOWN_TAG", "YAML_ALIAS", "YAML_DUPLICATE_KEY"],
  },
  "YAML that is none": { yaml: `services:\n  web: { command: "node web.mjs }\n`, codes: ["YAML_SYNTAX"] },
  "variables, env files, settings": {
    yaml: `settings: { parallel_start_timeout: -5 }
services:
  web: { command: node web.mjs, working_dir: "\${WEB_DIR" }
  api: { command: node api.mjs, working_dir: "\${API_DIR:?set it in .env}" }
  mail: { command: node mail.mjs, env_file: mail.env }
  worker: { command: node worker.mjs, env_file: worker.env }
`,
    codes: [
      "SETTING_INVALID",
      "INTERPOLATION_SYNTAX",
      "INTERPOLATION_REQUIRED",
      "ENV_FILE_NOT_FOUND",
      "ENV_FILE_SYNTAX",
    ],
  },
};

test.each(Object.entries(mistakes))("%s: each said once, all at once, exit 78", async (_what, { yaml, codes }) => {
  await using dev = await workspace(yaml, { files: { "worker.env": "PORT 8000\n" } });
  const end = await dev.run("start_dev", "--plan");
  expect(end.exitCode).toBe(78);
  for (const code of codes) expectExample(code, end, dev);
  const said = [...end.stderr.matchAll(/^error\[(\w+)\]/gm)].map(([, code = ""]) => code);
  expect(said.toSorted()).toEqual(codes.toSorted());
});

const lines: readonly (readonly [code: ProblemCode, exitCode: number, argv: readonly [string, ...string[]]])[] = [
  ["USAGE", 64, ["start_dev", "--frsh"]],
  ["COMMAND_UNKNOWN", 64, ["strat"]],
  ["SERVICE_UNKNOWN", 64, ["start_dev", "wep"]],
  ["PROFILE_UNKNOWN", 64, ["start_dev", "--plan", "--profile", "mial"]],
  ["CONFIG_NOT_FOUND", 78, ["status", "--file", "service.yaml"]],
];

test.each(lines)("%s: exit %d", async (code, exitCode, argv) => {
  await using dev = await workspace(`${sleeper}  mailer: { command: sleep 60, profiles: [mail] }\n`);
  const end = await dev.run(...argv);
  expect(end).toMatchObject({ exitCode, stdout: "" });
  expectExample(code, end, dev);
  await dev.nothingIsLeft();
});

const workspaceYaml = `workspace:
  repositories:
    list: [{ path: backend/api, tags: [backend] }, { path: backend/old, tags: [legacy] }]
  groups: { web: ["frontend/*"] }
`;

const selections: readonly (readonly [code: ProblemCode, argv: readonly string[]])[] = [
  ["REPOSITORY_UNKNOWN", ["--repo", "bakcend/api"]],
  ["GROUP_UNKNOWN", ["-g", "wbe"]],
  ["TAG_UNKNOWN", ["-t", "backend && !legcy"]],
  ["SELECTION_EMPTY", ["-g", "web", "-x", "backend/*"]],
];

test.each(selections)("%s: exit 64", async (code, argv) => {
  await using dev = await workspace(workspaceYaml);
  const end = await dev.run("repos", ...argv);
  expect(end).toMatchObject({ exitCode: 64, stdout: "" });
  expectExample(code, end, dev);
});

test("COMMAND_UNDECLARED: exit 78", async () => {
  await using dev = await workspace("workspace: { commands: { status: { argv: [git, status] } } }\n", {
    files: { "a/.git/HEAD": "" },
  });
  const end = await dev.run("run", "statsu");
  expect(end).toMatchObject({ exitCode: 78, stdout: "" });
  expectExample("COMMAND_UNDECLARED", end, dev);
});

test("REVISION_UNKNOWN: no repository has it, exit 64", async () => {
  await using dev = await workspace("workspace: {}\n", { env: gitEnvironment });
  new RepositoryFolder(dev.root).repository("a");
  const end = await dev.run("repos", "--changed-since", "v9");
  expect(end).toMatchObject({ exitCode: 64, stdout: "" });
  expectExample("REVISION_UNKNOWN", end, dev);
});

test("NO_REPOSITORIES: where was looked, exit 64", async () => {
  await using dev = await workspace("workspace: {}\n");
  const end = await dev.run("repos");
  expect(end).toMatchObject({ exitCode: 64, stdout: "" });
  expectExample("NO_REPOSITORIES", end, dev);
});

test("PATH_ESCAPE: a repository elsewhere, exit 78", async () => {
  await using dev = await workspace("workspace:\n  repositories:\n    list: [{ path: /opt/elsewhere }]\n");
  const end = await dev.run("repos");
  expect(end).toMatchObject({ exitCode: 78, stdout: "" });
  expectExample("PATH_ESCAPE", end, dev);
});

test("CONFIG_UNREADABLE: services.yaml is a folder", async () => {
  await using dev = await workspace(sleeper);
  rmSync(dev.path("services.yaml"));
  mkdirSync(dev.path("services.yaml"));
  const end = await dev.run("start_dev", "--plan");
  expect(end.exitCode).toBe(78);
  expectExample("CONFIG_UNREADABLE", end, dev);
});

test("VARIABLE_UNSET: a warning, and the start goes on", async () => {
  await using dev = await workspace(`services:\n  web: { command: sleep 60, environment: { TOKEN: "\${TOKEN}" } }\n`);
  const end = await dev.run("start_dev");
  expect(end.exitCode).toBe(0);
  expectExample("VARIABLE_UNSET", end, dev);
  await dev.stopAll();
});

test("NODE_TOO_OLD: said before anything is loaded, exit 69", async () => {
  const launcher = join(project, "bin/groundswell.js");
  const old = `data:text/javascript,${encodeURIComponent(
    `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.19.0" } });
     process.argv[1] = ${JSON.stringify(launcher)};
     await import(${JSON.stringify(pathToFileURL(launcher))});`,
  )}`;
  await using dev = await workspace(sleeper, { bin: "--import" });
  const end = await dev.run(old, "-e", "");
  expect(end.exitCode).toBe(69);
  expectExample("NODE_TOO_OLD", end, dev);
});

test("WORKSPACE_UNWRITABLE: a file stands where the logs should go", async () => {
  await using dev = await workspace(sleeper, { files: { logs: "" } });
  const end = await dev.run("start_dev");
  expect(end.exitCode).toBe(78);
  expectExample("WORKSPACE_UNWRITABLE", end, dev);
});

test("WORKSPACE_BUSY: another services file's services run in this folder", async () => {
  await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`, { files: { "other.yaml": sleeper } });
  await dev.run("start_dev");
  const end = await dev.run("start_dev", "--file", "other.yaml");
  expect(end.exitCode).toBe(78);
  expectExample("WORKSPACE_BUSY", end, dev);
  expect((await dev.statusOf("web")).phase).toBe("ready");
  await dev.stopAll();
});

test("LOG_NOT_FOUND: nothing was started here, exit 1", async () => {
  await using dev = await workspace(sleeper);
  const end = await dev.run("logs");
  expect(end.exitCode).toBe(1);
  expectExample("LOG_NOT_FOUND", end, dev);
});

test("PROGRAM_NOT_FOUND: a command for run_with that is not there, exit 127", async () => {
  await using dev = await workspace(sleeper);
  const end = await dev.run("run_with", "--", "pytets");
  expect(end.exitCode).toBe(127);
  expectExample("PROGRAM_NOT_FOUND", end, dev);
});

test("SUPERVISOR_FAILED: killed in the middle of a start; stop ends what it had started", async () => {
  await using dev = await workspace(`services:\n  web: ${steered("web")}\n`);
  const start = dev.run("start_dev");
  await dev.program("web");
  await dev.killSupervisor();
  const end = await start;
  expect(end.exitCode).toBe(1);
  expectExample("SUPERVISOR_FAILED", end, dev);
  await dev.stopAll();
});

test("SUPERVISOR_UNRESPONSIVE: stopped dead; stop says so, kills it and does its work", async () => {
  await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
  await dev.run("start_dev");
  process.kill((await dev.supervisor()).pid, "SIGSTOP");
  const end = await dev.run("stop");
  expect(end.exitCode).toBe(0);
  expectExample("SUPERVISOR_UNRESPONSIVE", end, dev);
  await dev.nothingIsLeft();
});

test("SUPERVISOR_REPLACED: one of another version hands over, its services live on", async () => {
  await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
  expect(await runOlder(dev, "start_dev")).toMatchObject({ exitCode: 0 });
  const before = await dev.supervisor();
  const end = await dev.run("start_dev");
  expect(end.exitCode).toBe(0);
  expectExample("SUPERVISOR_REPLACED", end, dev);
  await until(() => !isAlive(before), "the older one has left");
  expect(dev.supervisors()).toHaveLength(1);
  expect(dev.runsOf("web")).toHaveLength(1);
  await dev.stopAll();
});

test("RECORD_DAMAGED: a file that says nothing is moved aside, and the start goes on", async () => {
  await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`, { files: { "pids/web.pid": "12" } });
  const end = await dev.run("start_dev");
  expect(end.exitCode).toBe(0);
  expectExample("RECORD_DAMAGED", end, dev);
  expect(dev.read("pids/web.pid.damaged-1")).toBe("12");
  await dev.stopAll();
});

test("STATE_DAMAGED, STATE_NEWER: what lives is found by its PID file; a newer format is left alone", async () => {
  await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
  await dev.run("start_dev");
  await dev.killSupervisor();
  dev.write(".groundswell/state.json", `{"format":1,"serv`);
  const healed = await dev.run("start_dev");
  expect(healed.exitCode).toBe(0);
  expectExample("STATE_DAMAGED", healed, dev);
  expect(dev.runsOf("web")).toHaveLength(1);
  await dev.stopAll();

  dev.write(".groundswell/state.json", `{"format":2}`);
  const end = await dev.run("status");
  expect(end.exitCode).toBe(78);
  expectExample("STATE_NEWER", end, dev);
});
