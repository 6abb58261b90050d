import { type Duplex, duplexPair } from "node:stream";

/** A line within one process, by its two ends. As with a socket, an end that is closed or destroyed closes the other. */
export function memoryLine(): readonly [Duplex, Duplex] {
  const [one, other] = duplexPair({ allowHalfOpen: false });
  one.once("close", () => other.destroy());
  other.once("close", () => one.destroy());
  return [one, other];
}
