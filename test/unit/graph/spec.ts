import type { Dependency, ServiceSpec } from "../../../scripts/lib/model/service.ts";

const nowhere = { file: "/nowhere/services.yaml", offset: 0, length: 0 };

/** A dependency; every field but the name may be left out. */
export function edge(service: string, details: Partial<Dependency> = {}): Dependency {
  return { service, condition: "healthy", required: true, restart: false, span: nowhere, ...details };
}

/** A service of which only name and dependencies matter. */
export function spec(name: string, dependsOn: readonly (string | Dependency)[] = []): ServiceSpec {
  return {
    name,
    span: nowhere,
    command: { kind: "argv", argv: ["true"] },
    cwd: "/nowhere",
    type: "service",
    dependsOn: dependsOn.map((dependency) => (typeof dependency === "string" ? edge(dependency) : dependency)),
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
    specHash: "0".repeat(16),
    specKeys: {},
  };
}

/** A file given as `{ web: ["api"], api: [] }`. */
export function specs(graph: Readonly<Record<string, readonly (string | Dependency)[]>>): ServiceSpec[] {
  return Object.entries(graph).map(([name, dependsOn]) => spec(name, dependsOn));
}

/** A chain: each depends on the one before it. */
export function chain(length: number): ServiceSpec[] {
  return Array.from({ length }, (_, index) => spec(`s${index}`, index === 0 ? [] : [`s${index - 1}`]));
}
