import type { Socket } from "node:net";
import { createServer } from "node:net";
import type { ServerFacts, Wait } from "./command.ts";
import { runCommand } from "./run-command.ts";
import { Connection } from "./connection.ts";
import { Keyspace } from "./keyspace.ts";
import { poppedReply, takeElement } from "./list-commands.ts";
import type { Request } from "./request-parser.ts";

export interface EmbeddedRedis {
  /** Drops every connection and frees the port. The data is gone. */
  readonly close: () => Promise<void>;
}

/**
 * A Redis for the sample stack: enough of RESP2 and RESP3 for the npm client `redis`, redis-cli and the programs here, in memory, one database.
 *
 * Commands are in connection-, string-, list- and hash-commands.ts; any other is answered with Redis's "unknown command".
 *
 * @throws {Error} `EADDRINUSE` when the port is taken.
 */
export async function startEmbeddedRedis(port: number): Promise<EmbeddedRedis> {
  const keyspace = new Keyspace();
  const sockets = new Set<Socket>();
  /** Clients blocked in a pop, the one that waits longest first. */
  const waiting = new Set<Connection>();
  const facts: ServerFacts = {
    port,
    startedAt: performance.now(),
    connections: 0,
    commands: 0,
    get blocked() {
      return waiting.size;
    },
  };
  let lastId = 0;

  function run(connection: Connection, request: Request): void {
    facts.commands += 1;
    const outcome = runCommand(request, { keyspace, session: connection.session, facts });
    if (outcome.kind === "wait") {
      block(connection, outcome);
    } else if (outcome.kind === "goodbye") {
      connection.answer(outcome.reply);
      connection.close();
    } else {
      connection.answer(outcome);
      serveWaiting();
    }
  }

  function block(connection: Connection, wait: Wait): void {
    connection.wait = wait;
    waiting.add(connection);
    if (wait.timeoutMs === 0) return;
    setTimeout(() => {
      if (connection.wait !== wait) return;
      connection.answer({ kind: "null", of: "array" });
      release(connection);
    }, wait.timeoutMs).unref();
  }

  function release(connection: Connection): void {
    connection.wait = null;
    waiting.delete(connection);
    // Not at once: the command that fed this client has not been answered to its end.
    setImmediate(() => connection.proceed());
  }

  /** Whoever waits longest for a list that has something now, gets it. */
  function serveWaiting(): void {
    for (const connection of waiting) {
      const { wait } = connection;
      const key = wait?.keys.find((name) => keyspace.holdsList(name));
      if (wait === null || key === undefined) continue;
      const element = takeElement(keyspace, key, wait.end);
      if (element === null) continue;
      connection.answer(poppedReply(key, element));
      release(connection);
    }
  }

  const server = createServer({ noDelay: true }, (socket) => {
    lastId += 1;
    facts.connections += 1;
    sockets.add(socket);
    const connection = new Connection(socket, { id: lastId, protocol: 2, name: "" }, run);
    // A client that vanishes is no event here; "close" follows.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      facts.connections -= 1;
      sockets.delete(socket);
      connection.wait = null;
      waiting.delete(connection);
    });
  });
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(port, "127.0.0.1", listening.resolve);
  await listening.promise;
  return {
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const socket of sockets) socket.destroy();
      await closed.promise;
    },
  };
}
