import type { HealthCheck } from "../model/service.ts";

type HttpCheck = Extract<HealthCheck, { kind: "http" }>;

/** A request as it goes over the wire, but for the encoding. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Whether a client may send it: anything else could smuggle a second header or request. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const fieldValue = /^[\t\u0020-\u007E\u0080-\u00FF]*$/;

/**
 * Builds the request of a check. A header the check names replaces ours, whatever its case.
 *
 * @throws {Error} Naming the method or header that HTTP does not allow.
 */
export function httpRequestOf(check: HttpCheck, url: URL): HttpRequest {
  const headers: Record<string, string> = {
    Host: url.host,
    Connection: "close",
    Accept: "*/*",
    "User-Agent": "groundswell-probe",
  };
  if (url.username !== "" || url.password !== "") {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers["Authorization"] = `Basic ${Buffer.from(credentials).toString("base64")}`;
  }
  if (check.method !== "GET" && check.method !== "HEAD") headers["Content-Length"] = "0";
  for (const [name, value] of Object.entries(check.headers)) {
    if (!token.test(name) || !fieldValue.test(value))
      throw new Error(`the header ${JSON.stringify(name)} cannot be sent`);
    const ours = Object.keys(headers).find((key) => key.toLowerCase() === name.toLowerCase());
    if (ours !== undefined) delete headers[ours];
    headers[name] = value;
  }
  if (!token.test(check.method)) throw new Error(`the method ${JSON.stringify(check.method)} cannot be sent`);
  return { method: check.method, target: `${url.pathname}${url.search}`, headers };
}

/** The request's bytes; it has no body. */
export function wireText({ method, target, headers }: HttpRequest): Buffer {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${fields.join("")}\r\n`, "latin1");
}
