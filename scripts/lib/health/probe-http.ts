import { maskedUrls } from "../model/masked-urls.ts";
import type { HealthCheck } from "../model/service.ts";
import { eitherLoopback } from "./either-loopback.ts";
import { httpRequestOf, wireText } from "./http-request.ts";
import { judgeBody, judgeStatus } from "./judge-answer.ts";
import { overConnection } from "./over-connection.ts";
import { type Finding, type ProbeLimits, failure } from "./probe-result.ts";
import { readAnswer } from "./read-answer.ts";
import { readStatus } from "./read-status.ts";

/**
 * Asks by HTTP/1.1, one connection a probe. Redirects are not followed, proxies not used, certificates must be valid.
 * Succeeds when the status is one of those wanted and the body, if a pattern is given for it, matches.
 *
 * @throws {Error} When the check holds what cannot be sent (a header with a newline, a URL or pattern that is none).
 */
export async function probeHttp(check: Extract<HealthCheck, { kind: "http" }>, limits: ProbeLimits): Promise<Finding> {
  const url = new URL(check.url);
  const isTls = url.protocol === "https:";
  if (!isTls && url.protocol !== "http:") return failure("other", `neither http nor https: ${maskedUrls(check.url)}`);
  const request = httpRequestOf(check, url);
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = Number(url.port || (isTls ? 443 : 80));
  const judge = judgeStatus.bind(null, check);
  const body = check.body === null ? null : new RegExp(check.body);

  return eitherLoopback(hostname, limits, (host, within) =>
    overConnection({ host, port }, within, (socket, finish) => {
      if (!isTls && body === null) {
        readStatus(socket, finish, judge);
        socket.write(wireText(request));
        return;
      }
      const conversation = {
        request,
        target: { host, port },
        tlsHost: isTls ? hostname : null,
        judgeStatus: judge,
        judgeBody: body === null ? null : judgeBody.bind(null, body),
      };
      readAnswer(socket, finish, conversation).catch((error: unknown) =>
        finish(failure("other", error instanceof Error ? error.message : String(error))),
      );
    }),
  );
}
