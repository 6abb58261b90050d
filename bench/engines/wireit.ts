import { type Foreground, openForeground } from "../measure/foreground.ts";
import type { Engine } from "./engine.ts";
import { missingPackage, packageCommand, packageVersion } from "./installed.ts";

/** Its services are ready when a line says so, so it can order; it stays in the foreground until Ctrl-C. */
export const wireit: Engine = {
  name: "wireit",
  orders: true,
  stops: true,
  staysInForeground: true,
  missing: () => missingPackage("wireit"),
  version: () => packageVersion("wireit"),
  prepare({ services }, round) {
    const names = services.map(({ name }) => name);
    const scripts = services.map((service) => [
      service.name,
      {
        command: `exec ${round.argvOf(service, "--announce").join(" ")}`,
        dependencies: service.dependsOn,
        service: { readyWhen: { lineMatches: "^ready" } },
      },
    ]);
    round.write("package.json", {
      private: true,
      scripts: Object.fromEntries(["all", ...names].map((name) => [name, "wireit"])),
      wireit: { ...Object.fromEntries(scripts), all: { dependencies: names } },
    });
    const place = round.place("start");
    const env = {
      ...place.env,
      // What `node --run all` sets. Through it the start would cost 10 ms more, and a stop would seem to end before wireit has.
      NODE_RUN_SCRIPT_NAME: "all",
      NODE_RUN_PACKAGE_JSON_PATH: round.path("package.json"),
      WIREIT_CACHE: "none",
      WIREIT_PARALLEL: "infinity",
      WIREIT_LOGGER: "simple",
    };
    let tool: Foreground | null = null;
    return {
      start: async () => {
        tool = openForeground(packageCommand("wireit", "bin/wireit.js"), { ...place, env });
        await tool.untilReady(round.stamps, services.length);
      },
      stop: async () => {
        // Ctrl-C: its services have groups of their own, so only wireit gets it.
        tool?.interrupt();
        await tool?.untilEnded();
      },
      residentPid: () => tool?.pid ?? null,
      logOf: () => place.output,
      close: async () => {},
    };
  },
};
