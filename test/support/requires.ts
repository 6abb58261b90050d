import { spawnSync } from "node:child_process";
import { accessSync, appendFileSync, constants, existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, test } from "vitest";
import { leftOutFile } from "./global-setup.ts";
import { runFolder } from "./run-folder.ts";

/** Parts of a machine that are no programs: what is missing, or null. */
const otherParts: Readonly<Record<string, () => string | null>> = {
  tmpfs: () => (canMountTmpfs() ? null : "a tmpfs cannot be mounted (it takes root)"),
  "fallocate --collapse-range": () =>
    canCollapse() ? null : "blocks cannot be taken out of a file (it takes fallocate of util-linux, and ext4 or xfs)",
  root: () => (process.getuid?.() === 0 ? null : "it takes root"),
  libfaketime: () => (libfaketime() === null ? "libfaketime is not installed" : null),
};

/**
 * `describe` for tests that need real programs of the machine, or other parts of it. Where one is missing the suite is left out and the end of the run says so;
 * with GROUNDSWELL_REQUIRE_ALL=1, as on CI, it fails.
 */
export function requires(...programs: readonly string[]): (title: string, suite: () => void) => void {
  const missing = programs.flatMap((name) => (otherParts[name] ?? programOf(name))() ?? []);
  if (missing.length === 0) return describe;
  const reason = missing.join(", ");
  return (title, suite) => {
    if (process.env["GROUNDSWELL_REQUIRE_ALL"] === "1") {
      test(title, () => {
        throw new Error(`${reason}, and GROUNDSWELL_REQUIRE_ALL=1 wants every test to run`);
      });
      return;
    }
    appendFileSync(leftOutFile(runFolder()), `${title}: ${reason}\n`);
    describe.skip(title, suite);
  };
}

function programOf(name: string): () => string | null {
  return () => (isInstalled(name) ? null : `${name} is not installed`);
}

function canCollapse(): boolean {
  const file = join(mkdtempSync(join(runFolder(), "collapse-")), "file");
  writeFileSync(file, Buffer.alloc(256 * 1024));
  return spawnSync("fallocate", ["--collapse-range", "--offset", "0", "--length", "65536", file]).status === 0;
}

/** The library that tells programs another time; null where it is not installed. */
export function libfaketime(): string | null {
  const libraries = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map((machine) => `/usr/lib/${machine}`);
  const files = [...libraries, "/usr/lib"].map((folder) => `${folder}/faketime/libfaketime.so.1`);
  return files.find((file) => existsSync(file)) ?? null;
}

function canMountTmpfs(): boolean {
  if (process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(runFolder(), "mount-"));
  // Containers often keep root from it too: only a mount proves it.
  const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4k", "tmpfs", folder]).status === 0;
  if (isMounted) spawnSync("umount", [folder]);
  return isMounted;
}

function isInstalled(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
