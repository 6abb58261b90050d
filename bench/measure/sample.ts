/** What one turn of one engine gave. Times from just before the tool's command is spawned. */
export interface Sample {
  /** Until start returned: the tool says that all is ready. */
  readonly startMs: number;
  /** Until the last service was ready, by its own stamp. */
  readonly readyMs: number;
  /** From the first service's own start to the last one's readiness: what the graph itself took. */
  readonly graphMs: number;
  /** Until the first service's own start. */
  readonly firstSpawnMs: number;
  /** Until stop returned. NaN: it does not stop. */
  readonly stopMs: number;
  /** "web before db". */
  readonly violations: readonly string[];
  /** Services that were not ready yet when start returned. */
  readonly unready: number;
  /** Stamped processes that lived when stop returned. */
  readonly lingering: number;
  /** Those that lived half a second later, too. */
  readonly survivors: number;
  /** What the round's folder still had besides, and had to be killed. */
  readonly leftBehind: readonly string[];
}

/** A turn that gave no sample. */
export interface Failure {
  readonly failure: string;
}

export function isSample(one: Sample | Failure): one is Sample {
  return !("failure" in one);
}
