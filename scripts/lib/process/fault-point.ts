import { closeSync, openSync, readSync } from "node:fs";

/** Moments at which a supervisor can be held, in the order a start and a stop come by them. */
export const faultPoints = [
  /** The workspace is ours; nothing of it has been read. */
  "lock-taken",
  /** The plan is made; nothing is spawned. */
  "planned",
  /** A process runs, and no PID file knows of it. */
  "spawned",
  /** Its PID file is written; nobody has been told. */
  "recorded",
  /** It is announced as starting; it has not been probed. */
  "starting",
  /** A service is ready, and state.json does not say so. */
  "ready",
  /** All are settled; the look at the end of the start is still to come. */
  "verifying",
  /** state.json says that everything is to be stopped; nothing has been signalled. */
  "stop-asked",
  /** All have their stop signal; nobody has looked who is gone. */
  "signalled",
  /** A service has ended; its record still stands. */
  "stopped",
] as const;

export type FaultPoint = (typeof faultPoints)[number];

/** Moments of the rotation of a log, which comes in between whenever a log has grown. */
export const rotationPoints = [
  /** The copy is made; nothing is cut. */
  "log-copied",
  /** The log is cut; the copy has not got its name. */
  "log-cut",
  /** The copy has its name; the place of the log is not noted. */
  "log-renamed",
] as const;

export type RotationPoint = (typeof rotationPoints)[number];

/** Called at each of these moments; holds the whole process there when a test asked for it. */
export type PauseAt = (point: FaultPoint | RotationPoint) => void;

/**
 * Lets a test kill the supervisor exactly at a moment of its work. At the wanted one it opens `fifo` for reading, which blocks the process until
 * somebody opens it for writing (and so learns that it is reached), and goes on when that one closes it.
 *
 * @param wanted The value of GROUNDSWELL_TEST_PAUSE; undefined: no moment is any different.
 * @throws when no moment bears that name.
 */
export function pauseAtFaultPoint(wanted: string | undefined, fifo: string): PauseAt {
  if (wanted === undefined) return () => {};
  const points: readonly string[] = [...faultPoints, ...rotationPoints];
  if (!points.includes(wanted)) {
    throw new Error(`GROUNDSWELL_TEST_PAUSE: no fault point is called "${wanted}"; there are ${points.join(", ")}`);
  }
  return (point) => {
    if (point !== wanted) return;
    const descriptor = openSync(fifo, "r");
    // Ends with its writer: not a byte is expected.
    while (readSync(descriptor, Buffer.alloc(64)) > 0);
    closeSync(descriptor);
  };
}
