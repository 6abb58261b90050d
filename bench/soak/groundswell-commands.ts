import { readFileSync } from "node:fs";
import { groundswellCommand, supervisorPid } from "../engines/groundswell.ts";
import type { Round } from "../engines/engine.ts";
import { runCommand } from "../measure/run-command.ts";
import { type ProcessId, processRow } from "../measure/process-row.ts";

/** As far as the soak compares it. */
export interface StatusRow {
  readonly name: string;
  readonly phase: string;
  readonly pid: number | null;
}

/** The commands as a user types them, in the soak's workspace. */
export interface Commands {
  run(command: string, ...argv: readonly string[]): Promise<{ readonly exitCode: number | null }>;
  status(): Promise<readonly StatusRow[]>;
  /** The resident process; null: there is none. */
  supervisor(): ProcessId | null;
}

export function commandsIn(round: Round): Commands {
  const command = (name: string, argv: readonly string[], output: string) =>
    runCommand([...groundswellCommand, name, ...argv], { ...round.place(output), output: round.path(output) });
  return {
    run: (name, ...argv) => command(name, argv, `output/${name}`),
    async status() {
      const output = "output/status.json";
      round.write(output, "");
      await command("status", ["--json"], output);
      const { services }: { services: readonly StatusRow[] } = JSON.parse(readFileSync(round.path(output), "utf8"));
      return services;
    },
    supervisor: () => {
      const pid = supervisorPid(round.path(".groundswell/state.json"));
      return pid === null ? null : processRow(pid);
    },
  };
}
