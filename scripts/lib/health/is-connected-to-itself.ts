import type { Socket } from "node:net";

/**
 * Whoever connects again and again to a free port of the ephemeral range is one day given that very port for his own end,
 * and TCP connects him to himself. Nobody else listens there.
 */
export function isConnectedToItself(socket: Socket): boolean {
  return socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress;
}
