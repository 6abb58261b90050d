import { existsSync, readFileSync } from "node:fs";
import { mustRun, runCommand } from "../measure/run-command.ts";
import type { Engine } from "./engine.ts";
import { missingPackage, packageCommand, packageVersion } from "./installed.ts";

export const pm2Command: readonly string[] = packageCommand("pm2", "bin/pm2");

/** A daemon with a command line. It says "online" once a process lives: readiness is not its business. */
export const pm2: Engine = {
  name: "pm2",
  orders: false,
  stops: true,
  staysInForeground: false,
  missing: () => missingPackage("pm2"),
  version: () => packageVersion("pm2"),
  prepare({ services, graceMs }, round) {
    const apps = services.map((service) => {
      const [script = "", ...args] = round.argvOf(service);
      const log = round.path(`${service.name}.log`);
      // vizion reads git, pmx injects probes: neither is part of the job.
      const plain = { interpreter: "none", exec_mode: "fork", vizion: false, pmx: false, merge_logs: true };
      return {
        name: service.name,
        script,
        args,
        cwd: round.folder,
        kill_timeout: graceMs,
        out_file: log,
        error_file: log,
        ...plain,
      };
    });
    const file = round.write("ecosystem.config.json", { apps });
    const place = (name: string) => ({ ...round.place(name), env: pm2Env(round.env, round.folder) });
    return {
      start: async () => void (await mustRun([...pm2Command, "start", file], place("start"))),
      stop: async () => void (await mustRun([...pm2Command, "delete", "all"], place("stop"))),
      residentPid: () => {
        const pidFile = round.path("p/pm2.pid");
        return existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) : null;
      },
      logOf: (name) => round.path(`${name}.log`),
      close: async () => void (await runCommand([...pm2Command, "kill"], place("close"))),
    };
  },
};

/** A daemon of the round's own; no look for newer versions, no metrics to anybody. */
export function pm2Env(env: Readonly<Record<string, string>>, folder: string): Readonly<Record<string, string>> {
  return { ...env, PM2_HOME: `${folder}/p`, PM2_DISABLE_VERSION_CHECK: "true", PM2_DISCRETE_MODE: "true", CI: "1" };
}
