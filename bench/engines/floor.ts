import { join } from "node:path";
import { wavesOf } from "../stacks/graph-times.ts";
import type { Engine } from "./engine.ts";
import { startAndStop } from "./start-and-stop.ts";

const program = join(import.meta.dirname, "../floor/floor.mjs");

/** bench/floor/floor.mjs: what Node can do at all. */
export const floor: Engine = {
  name: "floor",
  orders: true,
  stops: true,
  staysInForeground: false,
  missing: () => null,
  version: () => `node ${process.versions.node}`,
  prepare(stack, round) {
    const waves = wavesOf(stack.services);
    const services = stack.services.map((service) => ({
      name: service.name,
      port: service.port,
      wave: waves.get(service.name),
      dependsOn: service.dependsOn,
      log: round.path(`${service.name}.log`),
      argv: round.argvOf(service),
    }));
    const plan = round.write("plan.json", { strategy: stack.strategy, graceMs: stack.graceMs, services });
    const state = round.path("state.json");
    const command = [process.execPath, program];
    return {
      ...startAndStop(stack, round, {
        start: [...command, stack.restarts ? "keep" : "start", plan, state],
        stop: [...command, "stop", plan, state],
      }),
      residentPid: () => null,
      logOf: (name) => round.path(`${name}.log`),
      close: async () => {},
    };
  },
};
