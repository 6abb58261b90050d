import { once } from "node:events";
import { type RequestListener, type Server as HttpServer, createServer as createHttpServer } from "node:http";
import { type AddressInfo, type Server, type Socket, createServer } from "node:net";
import { onTestFinished } from "vitest";

/** Listens on a free port of `host` (or the port given) until the test is over; its connections are closed then as well. */
export async function listen(server: Server, host = "127.0.0.1", port = 0): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  });
  server.listen(port, host);
  await once(server, "listening");
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, "close");
  });
  return portOf(server);
}

export async function httpServer(
  listener: RequestListener,
  host?: string,
): Promise<{ port: number; server: HttpServer }> {
  const server = createHttpServer(listener);
  return { port: await listen(server, host), server };
}

export async function rawServer(
  onConnection: (socket: Socket) => void,
  host?: string,
): Promise<{ port: number; server: Server }> {
  const server = createServer({ allowHalfOpen: true }, onConnection);
  return { port: await listen(server, host), server };
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return port;
}

/** Writes these bytes as the answer to whatever comes, piece by piece, and ends the connection if asked to. */
export function answering(
  pieces: readonly string[],
  options: { end: boolean } = { end: true },
): (socket: Socket) => void {
  return (socket) => {
    socket.once("data", () => {
      const writeNext = (index: number): void => {
        const piece = pieces[index];
        if (piece === undefined) return void (options.end && socket.end());
        socket.write(piece, () => setImmediate(writeNext, index + 1));
      };
      writeNext(0);
    });
  };
}

function portOf(server: Server): number {
  const address = server.address() satisfies AddressInfo | string | null;
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  return address.port;
}
