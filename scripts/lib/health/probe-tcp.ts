import type { HealthCheck } from "../model/service.ts";
import { shownTarget } from "./connection-failure.ts";
import { eitherLoopback } from "./either-loopback.ts";
import { overConnection } from "./over-connection.ts";
import { type Finding, type ProbeLimits, success } from "./probe-result.ts";

/** Succeeds when every target accepts a connection; else says what is wrong with the first that does not. */
export async function probeTcp(check: Extract<HealthCheck, { kind: "tcp" }>, limits: ProbeLimits): Promise<Finding> {
  const findings = await Promise.all(
    check.targets.map(({ host, port }) =>
      eitherLoopback(host, limits, (address, within) =>
        overConnection({ host: address, port }, within, (_, finish) => finish(success("accepted"))),
      ),
    ),
  );
  return (
    findings.find((finding) => !finding.ok) ??
    success(`connection accepted ${check.targets.map(shownTarget).join(", ")}`)
  );
}
