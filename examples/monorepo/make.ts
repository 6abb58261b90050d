// npm run example:monorepo [-- FOLDER] [--again]: twelve small git repositories to try `repos`, `run` and `watch` on.
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeRepository } from "./lib/make-repository.ts";
import { repositories } from "./lib/repositories.ts";

const here = import.meta.dirname;
/** Says that a folder, and the repositories of the example in it, were made here. */
const mark = ".made-by-example-monorepo";

async function makeAll(root: string): Promise<void> {
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, mark), "npm run example:monorepo -- --again makes everything anew\n");
  cpSync(join(here, "template/services.yaml"), join(root, "services.yaml"));
  await Promise.all(Object.entries(repositories).map(([path, standing]) => makeRepository(root, path, standing)));
}

const madePaths = [...Object.keys(repositories), ".origins", "services.yaml"];

/** Only what was made here; what the user has put beside it stays. */
function removeAll(root: string): void {
  for (const path of madePaths) rmSync(join(root, path), { recursive: true, force: true });
}

/** Why nothing may be made in the folder; null: it may. */
function objection(root: string, again: boolean): string | null {
  const status = lstatSync(root, { throwIfNoEntry: false });
  if (status === undefined) return null;
  if (!status.isDirectory()) return `${root} is no folder`;
  const isOurs = lstatSync(join(root, mark), { throwIfNoEntry: false })?.isFile() ?? false;
  if (!isOurs && readdirSync(root).length > 0)
    return `${root} holds something else: choose a folder that is new or empty`;
  if (isOurs && !again) return `${root} was made before; --again makes it anew, and what you changed there is lost`;
  const link = madePaths.map((path) => dirname(join(root, path))).find((folder) => leadsElsewhere(root, folder));
  return link === undefined ? null : `${link} leads elsewhere, to what was not made here`;
}

function leadsElsewhere(root: string, folder: string): boolean {
  return existsSync(folder) && realpathSync(folder) !== join(realpathSync(root), relative(root, folder));
}

const { values, positionals } = parseArgs({ options: { again: { type: "boolean" } }, allowPositionals: true });
const wanted = resolve(positionals[0] ?? join(here, "work"));
const why = objection(wanted, values.again ?? false);
if (why !== null) {
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
} else {
  mkdirSync(wanted, { recursive: true });
  const root = realpathSync(wanted);
  removeAll(root);
  await makeAll(root);
  process.stdout.write(`${Object.keys(repositories).length} repositories in ${relative(process.cwd(), root) || "."}\n`);
}
