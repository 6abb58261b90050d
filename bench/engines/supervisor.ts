import { type Foreground, openForeground } from "../measure/foreground.ts";
import type { Engine } from "./engine.ts";
import { firstLineOf, missingProgram } from "./installed.ts";

/** Debian's supervisor: a daemon in Python whose own process copies what services write into log files. */
export const supervisor: Engine = {
  name: "supervisor",
  orders: false,
  stops: true,
  staysInForeground: true,
  missing: () => missingProgram("supervisord", "supervisor"),
  version: () => firstLineOf("supervisord", "--version") ?? "",
  prepare({ services, graceMs, restarts }, round) {
    const programs = services.map((service) =>
      [
        `[program:${service.name}]`,
        `command=${round.argvOf(service).join(" ")}`,
        `stdout_logfile=${round.path(`${service.name}.log`)}`,
        "stdout_logfile_maxbytes=0",
        "redirect_stderr=true",
        "startsecs=0",
        `autorestart=${restarts}`,
        `stopwaitsecs=${Math.ceil(graceMs / 1000)}`,
        "stopasgroup=true",
        "killasgroup=true",
      ].join("\n"),
    );
    const own = `[supervisord]\nnodaemon=true\nuser=root\nlogfile=${round.path("own.log")}\npidfile=${round.path("pid")}\nchildlogdir=${round.folder}`;
    const file = round.write("supervisord.conf", `${[own, ...programs].join("\n\n")}\n`);
    let tool: Foreground | null = null;
    return {
      start: async () => {
        tool = openForeground(["supervisord", "-n", "-c", file], round.place("start"));
        await tool.untilReady(round.stamps, services.length);
      },
      stop: async () => {
        tool?.terminate();
        await tool?.untilEnded();
      },
      residentPid: () => tool?.pid ?? null,
      logOf: (name) => round.path(`${name}.log`),
      close: async () => {},
    };
  },
};
