import { maskedUrls } from "../model/masked-urls.ts";
import type { HealthCheck } from "../model/service.ts";
import { oneLine } from "./one-line.ts";
import { type Finding, failure, success } from "./probe-result.ts";

type HttpCheck = Extract<HealthCheck, { kind: "http" }>;

/** Whether the status is one of those wanted. `location` is where a redirect leads: it is not followed. */
export function judgeStatus(check: HttpCheck, status: number, location: string | undefined): Finding {
  if (check.status.some(({ from, to }) => from <= status && status <= to)) return success(`status ${status}`);
  const wanted = check.status.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(" or ");
  const leadsTo = location === undefined ? "" : ` (redirects to ${maskedUrls(oneLine(location))})`;
  return failure("answered", `status ${status}, wanted ${wanted}${leadsTo}`);
}

export function judgeBody(pattern: RegExp, body: string): Finding {
  return pattern.test(body)
    ? success(`body matches /${pattern.source}/`)
    : failure("answered", `body does not match /${pattern.source}/`);
}
