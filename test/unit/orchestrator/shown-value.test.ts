import { expect, test } from "vitest";
import type { HealthCheck, ServiceSpec } from "../../../scripts/lib/model/service.ts";
import { shownValue } from "../../../scripts/lib/orchestrator/shown-value.ts";
import { spec } from "../graph/spec.ts";

const timing = { intervalMs: 1_000, timeoutMs: 5_000, retries: 3, startPeriodMs: 0 };

function shown(key: string, details: Partial<ServiceSpec>): string {
  return shownValue({ ...spec("web"), ...details }, key);
}

function http(url: string): HealthCheck {
  return { kind: "http", url, method: "GET", headers: {}, status: [{ from: 200, to: 299 }], body: null, timing };
}

test("of an environment variable nothing; of a variable with a telling name its value nowhere", () => {
  const environment = { API_TOKEN: "hunter2", LEVEL: "debug" };
  expect(shown("environment.LEVEL", { environment })).toBe("•••");
  expect(shown("command", { environment, command: { kind: "shell", text: "run debug hunter2" } })).toBe(
    "run debug •••",
  );
});

test.each([
  ["http://user:hunter2@h:80/x", "http://•••@h:80/x"],
  ["http://user:hun@ter2@h/", "http://•••@h/"],
  ["http://h/health?key=hunter2&b=1", "http://h/health?•••"],
  ["http://hunter1:hunter2@h?key=hunter3", "http://•••@h?•••"],
  ["http://h/a@b", "http://h/a@b"],
])("of a URL neither user, password nor query: %s", (url, masked) => {
  expect(shown("healthcheck", { healthCheck: http(url) })).toMatch(`http GET ${masked}, status 200-299; every `);
  expect(shown("command", { command: { kind: "shell", text: `curl "${url}" -o x` } })).toBe(`curl "${masked}" -o x`);
  expect(shown("command", { command: { kind: "argv", argv: ["curl", url, "-o"] } })).toBe(`[curl, ${masked}, -o]`);
  const resources = [url.replace("http:", "http-get:"), "tcp:h:1"];
  const waitOn: HealthCheck = { kind: "waitOn", resources, timing };
  expect(shown("healthcheck", { healthCheck: waitOn })).toMatch(
    `wait_on [${masked.replace("http:", "http-get:")}, tcp:h:1]; every `,
  );
});
