import type { Dependency, ServiceSpec } from "../../../scripts/lib/model/service.ts";
import type { ServicesFile } from "../../../scripts/lib/model/services-file.ts";
import { spec } from "../graph/spec.ts";
import type { Script } from "./virtual-process.ts";

/** A service that is ready at once and lives until it is ended. */
export const plainScript: Script = {
  spawn: "runs",
  readyAfterMs: 0,
  endsAfterMs: null,
  exitCode: 0,
  sickAfterMs: null,
  sickForMs: 0,
  answerMs: 0,
  ignoresTerm: false,
  termMs: 0,
  childMs: 0,
};

/** A service with a health check that the virtual machine answers, and short times. */
export function checked(name: string, dependsOn: readonly Dependency[] = [], retries = 1): ServiceSpec {
  const timing = { intervalMs: 150, timeoutMs: 150, retries, startPeriodMs: 0 };
  return {
    ...spec(name, dependsOn),
    healthCheck: { kind: "tcp", targets: [{ host: name, port: 1 }], implied: false, timing },
    stopGraceMs: 400,
    startTimeoutMs: 600,
    minUptimeMs: 30,
  };
}

export function fileOf(
  services: readonly ServiceSpec[],
  settings: Partial<ServicesFile["settings"]> = {},
): ServicesFile {
  return {
    name: "virtual",
    root: "/virtual",
    file: "/virtual/services.yaml",
    fileHash: "0",
    fileStamp: "",
    sources: [],
    services,
    offByProfile: [],
    warnings: [],
    settings: {
      parallelOperations: true,
      parallelStart: true,
      parallelKill: true,
      startupVerification: true,
      killTimeoutMs: 1_000,
      logMaxBytes: null,
      logKeep: 3,
      killTimeoutIsExplicit: false,
      startTimeoutMs: 1_000,
      processCheckIntervalMs: 100,
      maxRetries: 1,
      startLimit: null,
      // The invariants read what the product says of its decisions.
      debug: true,
      ...settings,
    },
  };
}
