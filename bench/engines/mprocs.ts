import { existsSync } from "node:fs";
import { type Foreground, openForeground } from "../measure/foreground.ts";
import { mustRun } from "../measure/run-command.ts";
import type { Engine } from "./engine.ts";
import { missingPackage, missingProgram, packageFile, packageVersion } from "./installed.ts";

/** Many programs in one terminal screen. A screen needs a terminal: util-linux's `script` gives it one. */
export const mprocs: Engine = {
  name: "mprocs",
  orders: false,
  stops: true,
  staysInForeground: true,
  missing: () =>
    missingPackage("mprocs") ??
    missingProgram("script", "util-linux") ??
    (existsSync(mprocsProgram()) ? null : "a platform mprocs has a binary for"),
  version: () => packageVersion("mprocs"),
  prepare({ services, restarts }, round) {
    const procs = services.map((service) => [service.name, { cmd: round.argvOf(service), autorestart: restarts }]);
    const file = round.write("mprocs.json", { procs: Object.fromEntries(procs) });
    const address = `127.0.0.1:${round.toolPort}`;
    const command = `stty rows 50 columns 160; exec ${mprocsProgram()} --config ${file} --server ${address}`;
    let tool: Foreground | null = null;
    return {
      start: async () => {
        tool = openForeground(["script", "-qefc", command, "/dev/null"], round.place("start"));
        await tool.untilReady(round.stamps, services.length);
      },
      stop: async () => {
        await mustRun([mprocsProgram(), "--server", address, "--ctl", "{c: quit}"], round.place("stop"));
        await tool?.untilEnded();
      },
      residentPid: () => tool?.pid ?? null,
      logOf: () => round.path("output/start"),
      close: async () => {},
    };
  },
};

/** The binary itself: the package's command is a Node program that starts it. */
export function mprocsProgram(): string {
  const arch = process.arch === "arm64" ? "aarch64" : "x86_64";
  return packageFile("mprocs", `mprocs-${packageVersion("mprocs")}-linux-${arch}-musl/mprocs`);
}
