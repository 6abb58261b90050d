import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const bench = join(import.meta.dirname, "..");

/** A file of a package of bench/package.json. */
export function packageFile(name: string, file: string): string {
  return join(bench, "node_modules", name, file);
}

export function missingPackage(name: string): string | null {
  return existsSync(packageFile(name, "package.json")) ? null : "npm ci --prefix bench";
}

export function packageVersion(name: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(packageFile(name, "package.json"), "utf8"));
  return version;
}

/** The command of a package, to be run by this Node without a wrapper. */
export function packageCommand(name: string, file: string): readonly string[] {
  return [process.execPath, packageFile(name, file)];
}

/** How packages of binaries name this machine's processor. */
export const platform = process.arch === "arm64" ? "arm64" : "x64";

/** For a binary that a package has for some platforms. */
export function missingPlatformFile(file: string): string | null {
  return existsSync(file) ? null : "npm ci --prefix bench, on x64 or arm64";
}

/** For programs of the system. */
export function missingProgram(name: string, debianPackage: string): string | null {
  return firstLineOf(name, "--version") === null ? `apt-get install ${debianPackage}` : null;
}

/** What `program --version` says first; null where there is no such program. */
export function firstLineOf(program: string, ...argv: readonly string[]): string | null {
  try {
    return execFileSync(program, argv, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split("\n")[0] ?? "";
  } catch {
    return null;
  }
}
