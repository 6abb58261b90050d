import { healthCheckWords } from "./health-check-words.ts";
import type { Plan } from "./plan.ts";

/** What `start_dev --plan --json` prints. No environment, no http headers: they may hold secrets. */
export function planDocument(plan: Plan): object {
  return {
    schemaVersion: 1,
    workspace: plan.workspace,
    root: plan.root,
    strategy: plan.strategy,
    expectedMs: plan.expectedMs,
    waves: plan.waves.map(({ index, services }) => ({
      index,
      services: services.map((service) => ({
        name: service.name,
        type: service.type,
        command: service.command.kind === "shell" ? service.command.text : service.command.argv,
        cwd: service.cwd,
        ports: service.ports,
        dependsOn: service.dependsOn.map(({ service: name, condition, required }) => ({
          service: name,
          condition,
          required,
        })),
        healthcheck: { kind: service.healthCheck.kind, readyWhen: healthCheckWords(service) },
        startTimeoutMs: service.startTimeoutMs,
        usualStartupMs: plan.usual.get(service.name) ?? null,
      })),
    })),
    offByProfile: plan.offByProfile,
  };
}
