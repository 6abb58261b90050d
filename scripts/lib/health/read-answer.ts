import type { IncomingMessage } from "node:http";
import { type Socket, isIP } from "node:net";
import { type Target, conversationFailure } from "./connection-failure.ts";
import type { HttpRequest } from "./http-request.ts";
import type { Finish } from "./over-connection.ts";
import { type Finding, failure } from "./probe-result.ts";

const longestBody = 1024 * 1024;

interface Conversation {
  readonly request: HttpRequest;
  readonly target: Target;
  /** The name a certificate must be made out to, null without TLS. */
  readonly tlsHost: string | null;
  readonly judgeStatus: (status: number, location: string | undefined) => Finding;
  /** Null: the body is of no interest. */
  readonly judgeBody: ((body: string) => Finding) | null;
}

/**
 * Asks over a connection that stands, by node:http: for TLS, and where the body counts (at most 1 MiB of it is read).
 * Without an agent, so nothing is kept alive and no proxy is used.
 */
export async function readAnswer(socket: Socket, finish: Finish, conversation: Conversation): Promise<void> {
  const { request, target, tlsHost } = conversation;
  // Loaded when needed: most supervisors never need either.
  const [http, tls] = await Promise.all([import("node:http"), tlsHost === null ? null : import("node:tls")]);
  if (socket.destroyed) return finish(failure("answered", "closed the connection without an answer"));
  const stream =
    tls && tlsHost !== null
      ? tls.connect({ socket, host: tlsHost, ...(isIP(tlsHost) === 0 ? { servername: tlsHost } : {}) })
      : socket;
  const asked = http.request({
    createConnection: () => stream,
    method: request.method,
    path: request.target,
    headers: request.headers,
  });
  asked.on("error", (error) => finish(conversationFailure(error, target)));
  asked.once("response", (response) => {
    // Also what breaks after the verdict; the first finding counts.
    response.on("error", () => finish(failure("answered", "closed the connection in the middle of its answer")));
    const verdict = conversation.judgeStatus(response.statusCode ?? 0, response.headers.location);
    if (!verdict.ok || conversation.judgeBody === null) {
      finish(verdict, { linger: true });
      response.resume();
      return;
    }
    readBody(response, finish, conversation.judgeBody);
  });
  asked.end();
}

function readBody(response: IncomingMessage, finish: Finish, judge: (body: string) => Finding): void {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= longestBody) finish(judge(text(chunks)));
  });
  response.once("end", () => finish(judge(text(chunks))));
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).subarray(0, longestBody).toString("utf8");
}
