/**
 * Runs a program to its end and gives what it printed. Synchronous; for systems without /proc. Node's module for it is loaded here: with /proc, `status`
 * and `stop` do without it.
 *
 * @throws What execFileSync throws: `status` is the program's exit code.
 */
export function askProgram(file: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): string {
  const { execFileSync } = process.getBuiltinModule("node:child_process");
  return execFileSync(file, args, {
    encoding: "utf8",
    env: { ...process.env, ...environment },
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
  });
}
