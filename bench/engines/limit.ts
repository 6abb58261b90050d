import type { Programs } from "../measure/programs.ts";
import type { Stack } from "../stacks/stack.ts";
import { wavesOf } from "../stacks/graph-times.ts";
import type { Engine, Round } from "./engine.ts";
import { firstLineOf } from "./installed.ts";
import { startAndStop } from "./start-and-stop.ts";

/** bench/programs/limit.c: what the machine can do at all. */
export function limit(programs: Programs): Engine {
  return {
    name: "limit",
    orders: true,
    stops: true,
    staysInForeground: false,
    missing: () => null,
    version: () => firstLineOf("gcc", "--version") ?? "",
    prepare(stack, round) {
      const plan = round.write("plan", planOf(stack, round));
      const state = round.path("state");
      return {
        ...startAndStop(stack, round, {
          start: [programs.limit, stack.restarts ? "keep" : "start", plan, state],
          stop: [programs.limit, "stop", state, String(stack.graceMs)],
        }),
        residentPid: () => null,
        logOf: (name) => round.path(`${name}.log`),
        close: async () => {},
      };
    },
  };
}

function planOf(stack: Stack, round: Round): string {
  const waves = wavesOf(stack.services);
  const places = new Map(stack.services.map(({ name }, index) => [name, index]));
  const lines = stack.services.map((service) =>
    [
      service.name,
      service.port,
      waves.get(service.name) ?? 0,
      round.path(`${service.name}.log`),
      service.dependsOn.map((needed) => places.get(needed)).join(",") || "-",
      ...round.argvOf(service),
    ].join("\t"),
  );
  return `${[stack.strategy, ...lines].join("\n")}\n`;
}
