import { mustRun } from "../measure/run-command.ts";
import type { Engine } from "./engine.ts";
import { firstLineOf, missingProgram } from "./installed.ts";

/**
 * GNU make with every service as a target. It has no services: each goes to the background when it is ready, by itself. So it starts in order, but
 * stops nothing.
 */
export const make: Engine = {
  name: "make",
  orders: true,
  stops: false,
  staysInForeground: false,
  missing: () => missingProgram("make", "make"),
  version: () => firstLineOf("make", "--version") ?? "",
  prepare({ services }, round) {
    const names = services.map(({ name }) => name).join(" ");
    // make runs a command without shell syntax directly; `>` costs a shell, which exec then replaces.
    const rules = services.map(
      (service) =>
        `${service.name}: ${service.dependsOn.join(" ")}\n\t@exec ${round.argvOf(service, "--daemonize").join(" ")} >${service.name}.log 2>&1\n`,
    );
    round.write("Makefile", `.PHONY: all ${names}\nall: ${names}\n${rules.join("")}`);
    return {
      start: async () => void (await mustRun(["make", "-s", "-j", "1000", "all"], round.place("start"))),
      stop: async () => {},
      residentPid: () => null,
      logOf: (name) => round.path(`${name}.log`),
      close: async () => {},
    };
  },
};
