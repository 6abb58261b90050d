#!/usr/bin/env node
"use strict";
// Plain JavaScript: it must run, and say what is wrong, on a Node that knows no types.
// CommonJS (package.json beside it): node's loader for ES modules takes longer than all this file does, in every command and again in the supervisor.
const { existsSync, readFileSync, statSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { homedir } = require("node:os");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");

/** Every name a user may type, and the command that answers to it. Nothing else reaches an import. */
const commands = new Map([
  ["start_dev", "start_dev"],
  ["start", "start_dev"],
  ["status", "status"],
  ["stop", "stop"],
  ["restart", "restart"],
  ["reload", "reload"],
  ["run_with", "run_with"],
  ["logs", "logs"],
  ["health_check", "health_check"],
  ["wait", "wait"],
  ["graph", "graph"],
  ["repos", "repos"],
  ["run", "run"],
  ["watch", "watch"],
  ["supervisor", "supervisor"],
]);
/** Commands that need a supervisor; it is launched before their own code is loaded. */
const launching = new Set(["start_dev", "restart", "run_with"]);
/**
 * Commands through which much output may pass. What is read from pipes is garbage as soon as it has been written on; V8 looks for garbage when its young
 * generation is full, not when such buffers, which lie elsewhere, have come to a hundred megabytes. So that generation stays as small as it begins.
 */
const streaming = new Set(["run", "watch"]);
/** What keeps them from needing one of its own: a start in the foreground is the supervisor itself. */
const withoutSupervisor = /^(?:--help|-h|--version|-V|--plan|--foreground|--exit-code-from(?:=.*)?)$/;

const packageFolder = join(__dirname, "..");
const { version, engines } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
const [wantedMajor, wantedMinor] = engines.node.match(/\d+/g).map(Number);
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
  process.stderr.write(
    `error[NODE_TOO_OLD]: Groundswell needs Node ${wantedMajor}.${wantedMinor} or newer; this is ${process.versions.node}\n` +
      "hint: In a project that has node as a dependency, use its scripts: npm run start_dev.\n",
  );
  process.exitCode = 69;
} else {
  void main();
}

async function main() {
  const cacheHome = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const cacheFolder = join(cacheHome, "groundswell", version);
  enableCompileCache?.(cacheFolder);
  // A checkout runs its sources; what is installed, or asked for the bundle, runs that.
  const isCheckout = existsSync(join(packageFolder, "scripts", "core")) && process.env.GROUNDSWELL_DIST !== "1";
  const load = isCheckout
    ? (path) => import(pathToFileURL(join(packageFolder, "scripts", `${path}.ts`)).href)
    : (path) => require(`../dist/${path}.cjs`);

  const [first = "help", ...argv] = process.argv.slice(2);
  const typed = first === "--help" || first === "-h" ? "help" : first;
  const command = commands.get(typed) ?? "help";
  if (streaming.has(command)) require("node:v8").setFlagsFromString("--semi-space-growth-factor=1");
  const launcher = __filename;
  let supervisor = null;
  // What follows "--" is none of our options.
  const options = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  if (launching.has(command) && !options.some((argument) => withoutSupervisor.test(argument))) {
    const { openEarly } = await load("lib/session/open-early");
    supervisor = openEarly({ argv: options, cwd: process.cwd(), launcher });
  }
  const { main: run } = await load(`core/${command}`);
  await run(command === "help" && typed !== "help" ? [typed, ...argv] : argv, {
    name: typed,
    version,
    cwd: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    // Sources change from one moment to the next: what they made of a file is not kept.
    cache: isCheckout ? null : { folder: join(cacheFolder, "outlines"), build: buildName() },
    launcher,
    // Loaded by path, as a command is: nothing of it burdens those that do not host.
    hostSupervisor: async (root, firstClient) => (await load("core/supervisor")).host({ root, version, firstClient }),
    supervisor,
  });
}

/** Two builds of one version are told apart by their parser. */
function buildName() {
  const { size, mtimeMs } = statSync(join(packageFolder, "dist/lib/config/parse-tree.cjs"));
  return `${size}-${mtimeMs}`;
}
