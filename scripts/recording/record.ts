import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "zx/core";
import { withRecording } from "./readme.ts";
import { scene } from "./scene.ts";
import { type Ports, shownPorts, writeShop } from "./shop.ts";

const project = join(import.meta.dirname, "../..");

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
  const groundswell = async (command: string): Promise<string> => await scene(shop, [command]);
  try {
    const scenes = [
      await groundswell("start_dev"),
      await groundswell("status"),
      (await breakIt(shop, ports)) + (await groundswell("start_dev")),
      await groundswell("stop"),
    ];
    return asShown(scenes.join("\n"), ports);
  } finally {
    await scene(shop, ["stop", "--force"]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The mistake everybody makes: a port that is off by one. */
async function breakIt(shop: string, { db, wrongDb }: Ports): Promise<string> {
  const change = `s/DB_PORT: "${db}"/DB_PORT: "${wrongDb}"/`;
  await $({ cwd: shop, quiet: true })`sed -i ${change} services.yaml`;
  return `$ sed -i '${change}' services.yaml\n`;
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

// `node scripts/recording/record.ts` makes the README's recording anew; the ports it shows must be free.
if (import.meta.main) {
  const readme = join(project, "README.md");
  writeFileSync(readme, withRecording(readFileSync(readme, "utf8"), await record(shownPorts)));
}
