import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { Log } from "./log.ts";
import { wordsOf } from "./run-program.ts";

export interface JsonRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Reads the body. Throws an HttpError: 413 when it is longer than 64 KiB, 400 when it is no JSON. */
  readonly body: () => Promise<unknown>;
}

export interface JsonReply {
  readonly status: number;
  readonly body: unknown;
}

/** An answer the client has to live with; anything else thrown by a handler is a 500 and a line in the log. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface JsonServer {
  /** Refuses new connections and drops the open ones. */
  readonly close: () => Promise<void>;
}

const bodyLimitBytes = 64 * 1024;

/**
 * Serves JSON on 127.0.0.1 and on no other address: this is a development stack.
 *
 * @throws {Error} `EADDRINUSE` when the port is taken.
 */
export async function serveJson(options: {
  readonly port: number;
  readonly log: Log;
  readonly answer: (request: JsonRequest) => Promise<JsonReply>;
}): Promise<JsonServer> {
  const server = createServer((request, response) => void handle(request, response));

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? "GET";
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    try {
      send(response, await options.answer({ method, path, body: () => readJson(request) }));
    } catch (error) {
      if (error instanceof HttpError) {
        // What is left of a body that was too long must not be taken for the next request.
        if (error.status === 413) response.setHeader("connection", "close");
        send(response, { status: error.status, body: { error: error.message } });
        return;
      }
      options.log(`${method} ${path} failed: ${wordsOf(error)}`);
      send(response, { status: 500, body: { error: "internal error, see the log" } });
    }
  }

  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(options.port, "127.0.0.1", resolve);
  await promise;
  return {
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

function send(response: ServerResponse, reply: JsonReply): void {
  response.statusCode = reply.status;
  response.setHeader("content-type", "application/json; charset=utf-8");
  response.setHeader("cache-control", "no-store");
  response.end(`${JSON.stringify(reply.body)}\n`);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  // destroyOnReturn: leaving the loop early must leave the socket open for the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > bodyLimitBytes) throw new HttpError(413, `the body is longer than ${bodyLimitBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new HttpError(400, "the body is no JSON");
  }
}
