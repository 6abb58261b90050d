/** How the user calls us: through npm's scripts in a checkout, or by the installed program. */
export type Caller = "npm" | "groundswell";

export function callerOf(env: Readonly<Record<string, string | undefined>>): Caller {
  return env["npm_lifecycle_event"] === undefined ? "groundswell" : "npm";
}

/** A command line to type: "groundswell logs -f web" or "npm run logs -- -f web". */
export function nextCommand(caller: Caller, command: string, args: readonly string[] = []): string {
  if (caller === "groundswell") return ["groundswell", command, ...args].join(" ");
  return ["npm run", command, ...(args.length === 0 ? [] : ["--", ...args])].join(" ");
}
