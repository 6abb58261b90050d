import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { $ } from "zx/core";
import { type Ports, shownPorts, writeShop } from "./shop.ts";

const project = join(import.meta.dirname, "../..");
const launcher = join(project, "bin/groundswell.js");
const beginMark = "<!-- recording:begin -->";
const endMark = "<!-- recording:end -->";

/**
 * Runs the README's story for real, in a temporary folder: start, look, break something, see why, stop.
 *
 * @param ports The ports the stack really uses; in the recording they read as `shownPorts`.
 * @returns What a terminal without colours would show, prompts and all; lines ending with a newline.
 */
export async function record(ports: Ports): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "gswell-rec-")));
  const shop = join(folder, "shop");
  writeShop(shop, ports);
  const groundswell = async (command: string): Promise<string> => {
    const shown = await output([process.execPath, launcher, command], shop, join(folder, "output"));
    return `$ groundswell ${command}\n${shown}`;
  };
  try {
    const scenes = [
      await groundswell("start_dev"),
      await groundswell("status"),
      (await breakIt(shop, ports)) + (await groundswell("start_dev")),
      await groundswell("stop"),
    ];
    return asShown(scenes.join("\n"), ports);
  } finally {
    await output([process.execPath, launcher, "stop", "--force"], shop, join(folder, "output"));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The mistake everybody makes: a port that is off by one. */
async function breakIt(shop: string, { db, wrongDb }: Ports): Promise<string> {
  const change = `s/DB_PORT: "${db}"/DB_PORT: "${wrongDb}"/`;
  await $({ cwd: shop, quiet: true })`sed -i ${change} services.yaml`;
  return `$ sed -i '${change}' services.yaml\n`;
}

/** Both streams go into one file, so that they stand in the order they were written. */
async function output([file = "", ...args]: readonly string[], cwd: string, into: string): Promise<string> {
  const descriptor = openSync(into, "w");
  try {
    const child = spawn(file, args, { cwd, env: environment(), stdio: ["ignore", descriptor, descriptor] });
    await once(child, "close");
  } finally {
    closeSync(descriptor);
  }
  return readFileSync(into, "utf8");
}

/** A user's, without npm, CI or tuning variables. */
function environment(): Record<string, string> {
  return {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: process.env["HOME"] ?? "/",
    ...(process.env["XDG_CACHE_HOME"] === undefined ? {} : { XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] }),
    LANG: "C.UTF-8",
    NO_COLOR: "1",
  };
}

function asShown(text: string, ports: Ports): string {
  const shown = new Map([
    [ports.db, shownPorts.db],
    [ports.wrongDb, shownPorts.wrongDb],
    [ports.api, shownPorts.api],
    [ports.web, shownPorts.web],
  ]);
  const real = new RegExp(String.raw`\b(?:${[...shown.keys()].join("|")})\b`, "g");
  return text.replaceAll(real, (port) => String(shown.get(Number(port)) ?? port));
}

/** The recording that stands in a README, without its fence. */
export function recordingIn(readme: string): string {
  const between = readme.slice(readme.indexOf(beginMark) + beginMark.length, readme.indexOf(endMark));
  return between.replace(/^\s*```text\n/, "").replace(/```\s*$/, "");
}

function withRecording(readme: string, recording: string): string {
  const before = readme.slice(0, readme.indexOf(beginMark) + beginMark.length);
  return `${before}\n\n\`\`\`text\n${recording}\`\`\`\n\n${readme.slice(readme.indexOf(endMark))}`;
}

// `node scripts/recording/record.ts` makes the README's recording anew; the ports it shows must be free.
if (import.meta.main) {
  const readme = join(project, "README.md");
  writeFileSync(readme, withRecording(readFileSync(readme, "utf8"), await record(shownPorts)));
}
