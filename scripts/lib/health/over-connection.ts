import { type Socket, connect } from "node:net";
import { type Target, connectFailure, conversationFailure, shownTarget } from "./connection-failure.ts";
import { isConnectedToItself } from "./is-connected-to-itself.ts";
import { type Finding, type ProbeLimits, aborted, failure } from "./probe-result.ts";

/**
 * Ends a probe. `linger: true` leaves the socket to the other side for the rest of the time limit: closing at once on a server
 * that is still writing its answer would put a broken pipe into its log with every probe.
 */
export type Finish = (finding: Finding, options?: { readonly linger: boolean }) => void;

/**
 * Connects to one address and lets `converse` find out what it wants. At the time limit, or when called off, the socket is
 * closed at once. Never rejects.
 *
 * The connection comes first, before any request is built: while a service starts, most attempts are refused.
 */
export function overConnection(
  target: Target,
  { timeoutMs, signal }: ProbeLimits,
  converse: (socket: Socket, finish: Finish) => void,
): Promise<Finding> {
  if (signal?.aborted) return Promise.resolve(aborted);
  return new Promise((resolve) => {
    const socket = connect({ host: target.host, port: target.port });
    let isConnected = false;
    const leave = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      socket.destroy();
    };
    const finish: Finish = (finding, { linger } = { linger: false }) => {
      resolve(finding);
      if (!linger) return leave();
      timer.unref();
      socket.unref();
      socket.once("close", leave);
    };
    const abort = (): void => finish(aborted);
    const timer = setTimeout(() => {
      finish(
        failure(
          "timeout",
          `no ${isConnected ? "answer" : `connection to ${shownTarget(target)}`} within ${timeoutMs} ms`,
        ),
      );
    }, timeoutMs);
    signal?.addEventListener("abort", abort);
    socket.on("error", (error) =>
      finish(isConnected ? conversationFailure(error, target) : connectFailure(error, target)),
    );
    socket.once("connect", () => {
      if (isConnectedToItself(socket)) return finish(failure("refused", `connection refused ${shownTarget(target)}`));
      isConnected = true;
      converse(socket, finish);
    });
  });
}
