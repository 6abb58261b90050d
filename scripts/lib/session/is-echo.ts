/** npm is quick, but not on a busy machine; and who means it presses again. */
const echoMs = 500;

/** Of this process, whoever minds the signal at the moment. */
const heardAt = new Map<NodeJS.Signals, number>();

/**
 * Whether a signal is one that was heard already. npm hands on the Ctrl-C that the terminal has sent to both of us: where its shell is bash, which
 * puts us in its own place, one press arrives twice. Call it once for every signal that comes.
 */
export function isEcho(signal: NodeJS.Signals): boolean {
  const now = performance.now();
  const before = heardAt.get(signal) ?? Number.NEGATIVE_INFINITY;
  if (process.env["npm_lifecycle_event"] !== undefined && now - before < echoMs) return true;
  heardAt.set(signal, now);
  return false;
}
