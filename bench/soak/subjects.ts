import type { Round } from "../engines/engine.ts";

/** A service of the soak, as services.yaml has it. */
export interface Subject {
  readonly name: string;
  readonly port: number;
  readonly dependsOn: readonly string[];
  readonly restart: (typeof policies)[number];
  readonly onUnhealthy: "report" | "restart";
  readonly probe: "http" | "tcp";
}

const policies = ["no", "on-failure", "on-failure:3", "always", "unless-stopped"] as const;

/** In three waves, with every policy in each. */
export function subjectsOf(count: number, firstPort: number): readonly Subject[] {
  const inWave = Math.ceil(count / 2.5);
  return Array.from({ length: count }, (_, index) => ({
    name: `s${index}`,
    port: firstPort + index,
    dependsOn: index < inWave ? [] : [`s${index - inWave}`],
    restart: policies[index % policies.length] ?? "no",
    onUnhealthy: index % 4 === 0 ? "restart" : "report",
    probe: index % 2 === 0 ? "http" : "tcp",
  }));
}

/** Whether its policy starts it again after such an end; null: a signal. */
export function isRestarted({ restart }: Subject, exitCode: number | null): boolean {
  return restart !== "no" && (exitCode !== 0 || restart === "always" || restart === "unless-stopped");
}

/** @param generations What a reload finds changed. */
export function writeServices(
  subjects: readonly Subject[],
  generations: ReadonlyMap<string, number>,
  round: Round,
  program: string,
): void {
  const services = subjects.map(({ name, port, dependsOn, restart, onUnhealthy, probe }) => [
    name,
    {
      command: [program, name, String(port), round.stamps],
      depends_on: dependsOn,
      ports: [port],
      environment: { GENERATION: String(generations.get(name) ?? 0) },
      healthcheck: { ...(probe === "http" ? { http: `http://127.0.0.1:${port}/` } : { tcp: port }), interval: "1s" },
      restart,
      on_unhealthy: onUnhealthy,
      stop_grace_period: "5s",
    },
  ]);
  round.write("services.yaml", { services: Object.fromEntries(services) });
}
