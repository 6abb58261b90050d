import { type Foreground, openForeground } from "../measure/foreground.ts";
import type { Engine } from "./engine.ts";
import { missingPackage, packageCommand, packageVersion } from "./installed.ts";

/** Starts everything at once, knows nothing of readiness; stays in the foreground. */
export const concurrently: Engine = {
  name: "concurrently",
  orders: false,
  stops: true,
  staysInForeground: true,
  missing: () => missingPackage("concurrently"),
  version: () => packageVersion("concurrently"),
  prepare({ services }, round) {
    const commands = services.map((service) => `exec ${round.argvOf(service).join(" ")}`);
    const place = round.place("start");
    let tool: Foreground | null = null;
    return {
      start: async () => {
        tool = openForeground([...packageCommand("concurrently", "dist/bin/index.js"), ...commands], place);
        await tool.untilReady(round.stamps, services.length);
      },
      stop: async () => {
        // To concurrently alone: at Ctrl-C the terminal, not the tool, would signal the services.
        tool?.terminate();
        await tool?.untilEnded();
      },
      residentPid: () => tool?.pid ?? null,
      logOf: () => place.output,
      close: async () => {},
    };
  },
};
