import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun } from "../measure/run-command.ts";
import type { BenchService, Stack } from "../stacks/stack.ts";
import type { Engine } from "./engine.ts";

const root = join(import.meta.dirname, "../..");

/** How a user's shell runs it: the bundle, by this Node. */
export const groundswellCommand: readonly string[] = [process.execPath, join(root, "bin/groundswell.js")];

/** In waves, or as the strategy of the stack says. */
export const groundswell: Engine = engineOf("groundswell", {});

/** In waves, whatever the stack says. */
export const groundswellInWaves: Engine = engineOf("groundswell, waves", {}, "waves");

/** As it would be without any parallel operation. */
export const groundswellOneByOne: Engine = engineOf("groundswell, one by one", { ENABLE_PARALLEL_OPERATIONS: "false" });

function engineOf(name: string, settings: Readonly<Record<string, string>>, strategy?: Stack["strategy"]): Engine {
  return {
    name,
    orders: true,
    stops: true,
    staysInForeground: false,
    missing: () => null,
    version: () => versionOfCheckout(),
    prepare(stack, round) {
      const services = stack.services.map((service) => [service.name, describe(service, stack, round.argvOf(service))]);
      round.write("services.yaml", { services: Object.fromEntries(services) });
      const run = async (command: string, ...argv: readonly string[]) => {
        const place = round.place(command);
        await mustRun([...groundswellCommand, command, ...argv], { ...place, env: { ...place.env, ...settings } });
      };
      return {
        start: () => run("start_dev", "--strategy", strategy ?? stack.strategy),
        stop: () => run("stop"),
        residentPid: () => supervisorPid(round.path(".groundswell/state.json")),
        logOf: (service) => round.path(`logs/${service}.log`),
        close: async () => {},
      };
    },
  };
}

// YAML reads JSON.
function describe(
  { port, dependsOn }: BenchService,
  { probe, graceMs, restarts }: Stack,
  command: readonly string[],
): unknown {
  const http = `http://127.0.0.1:${port}/`;
  return {
    command,
    depends_on: dependsOn,
    ports: [port],
    healthcheck: probe === "http" ? { http } : { tcp: `127.0.0.1:${port}` },
    stop_grace_period: `${graceMs}ms`,
    ...(restarts ? { restart: "always" } : {}),
  };
}

export function supervisorPid(stateFile: string): number | null {
  const { supervisor }: { supervisor: { pid: number } | null } = JSON.parse(readFileSync(stateFile, "utf8"));
  return supervisor?.pid ?? null;
}

function versionOfCheckout(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return version;
}
