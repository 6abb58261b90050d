/** Every tuning variable, typed. Seconds of `.env` become milliseconds in config/, nowhere else. */
export interface Settings {
  /** ENABLE_PARALLEL_OPERATIONS: false switches both `parallelStart` and `parallelKill` off. */
  readonly parallelOperations: boolean;
  /** PARALLEL_START_ENABLED (already combined with ENABLE_PARALLEL_OPERATIONS). */
  readonly parallelStart: boolean;
  /** PARALLEL_KILL_ENABLED (already combined with ENABLE_PARALLEL_OPERATIONS). */
  readonly parallelKill: boolean;
  /** STARTUP_VERIFICATION_ENABLED: look at every service once more after the last wave. */
  readonly startupVerification: boolean;
  /** PARALLEL_KILL_TIMEOUT: grace between the stop signal and SIGKILL. */
  readonly killTimeoutMs: number;
  /** Whether somebody set PARALLEL_KILL_TIMEOUT; then it caps every service's own grace period. */
  readonly killTimeoutIsExplicit: boolean;
  /** PARALLEL_START_TIMEOUT: one service's clock from its first spawn. */
  readonly startTimeoutMs: number;
  /** PROCESS_CHECK_INTERVAL: between two probes of a ready service, and two looks at an adopted one. */
  readonly processCheckIntervalMs: number;
  /** MAX_PARALLEL_RETRIES: further attempts after the first. */
  readonly maxRetries: number;
  /** PARALLEL_START_LIMIT: simultaneous starts; null: no cap. */
  readonly startLimit: number | null;
  /** LOG_MAX_SIZE, in bytes: a log of more is rotated; null: never. */
  readonly logMaxBytes: number | null;
  /** LOG_KEEP: how many rotated files of each log stay. */
  readonly logKeep: number;
  /** DEBUG: every decision, a line each, in logs/startup_debug.log. */
  readonly debug: boolean;
}
