import type { Wave } from "../model/service.ts";

/** What `graph --json` prints. */
export function graphDocument(workspace: string, waves: readonly Wave[]): object {
  return {
    schemaVersion: 1,
    workspace,
    waves: waves.map(({ index, services }) => ({
      index,
      services: services.map(({ name, type, dependsOn }) => ({
        name,
        type,
        dependsOn: dependsOn.map(({ service, condition, required, restart }) => ({
          service,
          condition,
          required,
          restart,
        })),
      })),
    })),
  };
}
