import type { HealthCheck, ServiceSpec } from "../model/service.ts";
import { commandWords } from "./command-words.ts";
import { limitWords } from "./duration-words.ts";
import { visibleText } from "./visible-text.ts";

/** When a service counts as ready, as a clause: "GET http://127.0.0.1:8000/health answers 200". */
export function healthCheckWords(service: Pick<ServiceSpec, "healthCheck" | "minUptimeMs" | "type">): string {
  const { healthCheck } = service;
  if (service.type === "task" && healthCheck.kind === "none") return "it exits with code 0";
  switch (healthCheck.kind) {
    case "http":
      return httpWords(healthCheck);
    case "tcp":
      return `tcp ${healthCheck.targets.map(({ host, port }) => `${visibleText(host)}:${port}`).join(" and ")} accepts`;
    case "exec":
      return `${commandWords(healthCheck.command)} exits with code 0`;
    case "log":
      return `its log has a line matching /${visibleText(healthCheck.pattern)}/`;
    case "file":
      return `${visibleText(healthCheck.path)} exists`;
    case "waitOn":
      return `wait-on finds ${healthCheck.resources.map(visibleText).join(", ")}`;
    case "none":
      return `it has lived for ${limitWords(service.minUptimeMs)}`;
  }
}

function httpWords(check: Extract<HealthCheck, { kind: "http" }>): string {
  const ranges = check.status.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
  const body = check.body === null ? "" : ` with a body matching /${visibleText(check.body)}/`;
  return `${visibleText(check.method)} ${visibleText(check.url).replace(/\/\/[^/@]*@/, "//")} answers ${ranges}${body}`;
}
