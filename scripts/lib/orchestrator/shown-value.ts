import { mask, maskedUrls } from "../model/masked-urls.ts";
import type { Dependency, HealthCheck, PortSpec, ServiceCommand, ServiceSpec } from "../model/service.ts";

/** Names of variables whose values are nobody's business. */
const secretName = /pass|pwd|secret|token|key|cred|auth|private|salt|signature|session|cookie|dsn/i;
/** Shorter ones would mask half of every text. */
const shortestSecret = 4;

/**
 * A key of a service as it may be shown: of an environment variable nothing, of everything else what is no secret. Values of variables with a telling name
 * are masked wherever they stand, so are users, passwords and queries of URLs.
 *
 * @param key As in `specKeys`.
 */
export function shownValue(spec: ServiceSpec, key: string): string {
  if (key.startsWith("environment.")) return mask;
  const text = textOf(spec, key);
  const secrets = Object.entries(spec.environment)
    .filter(([name, value]) => value.length >= shortestSecret && secretName.test(name))
    .map(([, value]) => value)
    // The longest first: one may be a part of another.
    .toSorted((a, b) => b.length - a.length);
  let shown = text;
  for (const secret of secrets) shown = shown.replaceAll(secret, mask);
  return shown;
}

function textOf(spec: ServiceSpec, key: string): string {
  switch (key) {
    case "command":
      return commandText(spec.command);
    case "working_dir":
      return spec.cwd;
    case "type":
      return spec.type;
    case "depends_on":
      return listText(spec.dependsOn.map(edgeText));
    case "ports":
      return listText(spec.ports.map(portText));
    case "healthcheck":
      return checkText(spec.healthCheck);
    case "restart":
      return restartText(spec);
    case "on_unhealthy":
      return spec.onUnhealthy;
    case "stop_signal":
      return spec.stopSignal;
    case "stop_grace_period":
      return `${spec.stopGraceMs / 1_000} s`;
    case "start_timeout":
      return `${spec.startTimeoutMs / 1_000} s`;
    case "min_uptime":
      return `${spec.minUptimeMs / 1_000} s`;
    case "profiles":
      return listText(spec.profiles);
    case "stdin_open":
      return String(spec.stdinOpen);
    case "keep_alive":
      return listText(spec.keepAlive);
    default:
      return mask;
  }
}

function listText(items: readonly string[]): string {
  return `[${items.map(maskedUrls).join(", ")}]`;
}

function commandText(command: ServiceCommand): string {
  return command.kind === "shell" ? maskedUrls(command.text) : listText(command.argv);
}

function edgeText({ service, condition, required, restart }: Dependency): string {
  return `${service}: ${condition}${required ? "" : ", not required"}${restart ? ", restart" : ""}`;
}

function portText({ host, port }: PortSpec): string {
  return host === null ? String(port) : `${host}:${port}`;
}

function restartText({ restart }: ServiceSpec): string {
  return restart.kind === "on-failure" && restart.limit !== null ? `on-failure:${restart.limit}` : restart.kind;
}

/** Headers are not shown: they are where tokens stand. */
function checkText(check: HealthCheck): string {
  if (check.kind === "none") return "none";
  const { intervalMs, timeoutMs, retries, startPeriodMs } = check.timing;
  const timing = `every ${intervalMs} ms, timeout ${timeoutMs} ms, ${retries} retries, start period ${startPeriodMs} ms`;
  return `${subjectText(check)}; ${timing}`;
}

function subjectText(check: Exclude<HealthCheck, { kind: "none" }>): string {
  switch (check.kind) {
    case "http": {
      const status = check.status.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(", ");
      const headers = Object.keys(check.headers);
      const rest = `${check.body === null ? "" : `, body ${maskedUrls(check.body)}`}${headers.length > 0 ? `, headers ${headers.join(", ")}` : ""}`;
      return `http ${check.method} ${maskedUrls(check.url)}, status ${status}${rest}`;
    }
    case "tcp":
      return `tcp ${check.targets.map(({ host, port }) => `${host}:${port}`).join(", ")}`;
    case "exec":
      return `exec ${commandText(check.command)}`;
    case "log":
      return `log ${maskedUrls(check.pattern)}`;
    case "file":
      return `file ${check.path}`;
    case "waitOn":
      return `wait_on ${listText(check.resources)}`;
  }
}
