import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";

const root = join(import.meta.dirname, "../..");

/** Stay packages of their own: CommonJS that requires at run time, or so large and so rarely needed that nobody should carry them. */
const external = ["execa", "tree-kill", "wait-on", "zx"];

/** What bin/groundswell.js loads by path besides a command. */
const loadedByLauncher = ["scripts/lib/session/open-early.ts"];

/**
 * Bundles every command and the library, with what they share in chunks: one file a command is what makes a command start fast.
 *
 * @param outdir Absolute; emptied first.
 * @returns What esbuild knows of the bundle: which file is made of what, and imports what. Also written to `outdir/metafile.json`.
 */
export async function buildInto(outdir: string): Promise<Metafile> {
  rmSync(outdir, { recursive: true, force: true });
  const commands = readdirSync(join(root, "scripts/core")).filter((file) => file.endsWith(".ts"));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["scripts/index.ts", ...loadedByLauncher, ...commands.map((file) => `scripts/core/${file}`)],
    outbase: "scripts",
    outdir,
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22.18",
    // CommonJS packages in the bundle (yaml) require built-in modules when they are first used.
    banner: {
      js: `import { createRequire as createRequireOfBundle } from "node:module";\nconst require = createRequireOfBundle(import.meta.url);`,
    },
    external,
    metafile: true,
    logLevel: "warning",
  });
  writeFileSync(join(outdir, "metafile.json"), JSON.stringify(metafile));
  return metafile;
}

if (import.meta.main) await buildInto(join(root, "dist"));
