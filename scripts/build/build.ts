import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type BuildOptions, type Metafile, type Plugin } from "esbuild";

const root = join(import.meta.dirname, "../..");

/** Stay packages of their own: they require at run time, or are so large and so rarely needed that nobody should carry them. */
const external = ["execa", "tree-kill", "wait-on", "zx"];

/** What bin/groundswell.js loads by path besides a command. */
const loadedByLauncher = "lib/session/open-early.ts";

/**
 * Large, and loaded only when it is needed: a file of its own that the commands share. It must get all it works with as arguments, since each bundle
 * has its own copy of our classes, and `instanceof` knows no other.
 */
const loadedWhenNeeded = "lib/config/parse-tree.ts";

const common = {
  absWorkingDir: root,
  outbase: "scripts",
  bundle: true,
  platform: "node",
  target: "node22.18",
  external,
  metafile: true,
  logLevel: "warning",
} as const satisfies BuildOptions;

/** Leaves `import()` of the shared file as it is, but for its name in the bundle. */
const shared: Plugin = {
  name: "shared",
  setup: (bundle) => {
    bundle.onResolve({ filter: /\/parse-tree\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: `../${loadedWhenNeeded.replace(".ts", ".cjs")}`, external: true } : null,
    );
  },
};

/**
 * Bundles every command into one CommonJS file of its own, and the library into one module. One file is read and looked up in node's compile cache once,
 * and CommonJS spares node's machinery for modules: together a third of the time a command takes to start.
 *
 * @param outdir Absolute; emptied first.
 * @returns What esbuild knows of the bundles: which file is made of what, and imports what. Also written to `outdir/metafile.json`.
 */
export async function buildInto(outdir: string): Promise<Metafile> {
  rmSync(outdir, { recursive: true, force: true });
  const commands = readdirSync(join(root, "scripts/core")).filter((file) => file.endsWith(".ts"));
  const entries = [loadedByLauncher, loadedWhenNeeded, ...commands.map((file) => `core/${file}`)];
  const [forCommands, forLibrary] = await Promise.all([
    build({
      ...common,
      entryPoints: entries.map((file) => `scripts/${file}`),
      outdir,
      format: "cjs",
      outExtension: { ".js": ".cjs" },
      plugins: [shared],
    }),
    build({
      ...common,
      entryPoints: ["scripts/index.ts"],
      outdir,
      format: "esm",
      // CommonJS packages in the bundle (yaml) require built-in modules when they are first used.
      banner: {
        js: `import { createRequire as createRequireOfBundle } from "node:module";\nconst require = createRequireOfBundle(import.meta.url);`,
      },
    }),
  ]);
  const metafile = {
    inputs: { ...forCommands.metafile.inputs, ...forLibrary.metafile.inputs },
    outputs: { ...forCommands.metafile.outputs, ...forLibrary.metafile.outputs },
  };
  writeFileSync(join(outdir, "metafile.json"), JSON.stringify(metafile));
  return metafile;
}

if (import.meta.main) await buildInto(join(root, "dist"));
