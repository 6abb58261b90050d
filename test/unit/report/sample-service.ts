import type { Dependency, ServiceSpec, Wave } from "../../../scripts/lib/model/service.ts";

/** A service as config/ would hand it over, with what a test does not care about filled in. */
export function sampleService(
  name: string,
  dependsOn: readonly (string | (Partial<Dependency> & { service: string }))[] = [],
  details: Partial<ServiceSpec> = {},
): ServiceSpec {
  const span = { file: "/w/services.yaml", offset: 0, length: 0 };
  return {
    name,
    span,
    command: { kind: "shell", text: `run ${name}` },
    cwd: "/w",
    type: "service",
    dependsOn: dependsOn.map((edge) => ({
      condition: "healthy",
      required: true,
      restart: false,
      span,
      ...(typeof edge === "string" ? { service: edge } : edge),
    })),
    ports: [],
    healthCheck: { kind: "none" },
    restart: { kind: "no" },
    onUnhealthy: "report",
    stopSignal: "SIGTERM",
    stopGraceMs: 10_000,
    startTimeoutMs: 60_000,
    minUptimeMs: 250,
    environment: {},
    profiles: [],
    stdinOpen: false,
    keepAlive: [],
    specHash: "0123456789abcdef",
    specKeys: {},
    ...details,
  };
}

export function wavesOf(...waves: readonly (readonly ServiceSpec[])[]): readonly Wave[] {
  return waves.map((services, index) => ({ index, services }));
}
