/** One tuning variable: the only place where its name, kind, default and meaning stand. */
export interface SettingDefinition {
  readonly variable: string;
  /** seconds: fractions allowed. count: a whole number. size: bytes, or with a unit such as MB. flag: true or false. */
  readonly kind: "flag" | "seconds" | "count" | "size";
  /** In the variable's own unit; a size as it is written; null: no limit. */
  readonly default: boolean | number | string | null;
  /** The smallest number allowed; left out: anything above 0. */
  readonly least?: number;
  readonly meaning: string;
}

export const settingDefinitions = [
  {
    variable: "ENABLE_PARALLEL_OPERATIONS",
    kind: "flag",
    default: true,
    meaning: "false: start and stop one by one (switches both of the next two off)",
  },
  {
    variable: "PARALLEL_START_ENABLED",
    kind: "flag",
    default: true,
    meaning: "false: start one by one, in the order of the dependencies",
  },
  {
    variable: "PARALLEL_KILL_ENABLED",
    kind: "flag",
    default: true,
    meaning: "false: stop one by one, in reverse order, each with its own grace period",
  },
  {
    variable: "STARTUP_VERIFICATION_ENABLED",
    kind: "flag",
    default: true,
    meaning: "look at every service once more after the last wave: alive, healthy, holding its ports",
  },
  {
    variable: "PARALLEL_KILL_TIMEOUT",
    kind: "seconds",
    default: 30,
    least: 0,
    meaning: "from the stop signal to SIGKILL; once set, it caps every stop_grace_period",
  },
  {
    variable: "PARALLEL_START_TIMEOUT",
    kind: "seconds",
    default: 60,
    meaning: "from a service's first spawn to ready; start_timeout overrides it per service",
  },
  {
    variable: "PROCESS_CHECK_INTERVAL",
    kind: "seconds",
    default: 1,
    meaning: "between two health checks of a service that is ready",
  },
  {
    variable: "MAX_PARALLEL_RETRIES",
    kind: "count",
    default: 3,
    least: 0,
    meaning: "further attempts after a start that failed (3 retries are 4 attempts)",
  },
  {
    variable: "PARALLEL_START_LIMIT",
    kind: "count",
    default: null,
    least: 1,
    meaning: "how many services may be starting at once",
  },
  {
    variable: "LOG_MAX_SIZE",
    kind: "size",
    default: "50MB",
    least: 0,
    meaning: "a log that has grown beyond it is rotated into NAME.log.1; 0: never",
  },
  {
    variable: "LOG_KEEP",
    kind: "count",
    default: 3,
    least: 1,
    meaning: "how many rotated files of each log stay",
  },
  {
    variable: "DEBUG",
    kind: "flag",
    default: false,
    meaning: "true: every decision, a line each, in logs/startup_debug.log",
  },
] as const satisfies readonly SettingDefinition[];

export type SettingName = (typeof settingDefinitions)[number]["variable"];

/** Variables of others that commands heed too. They are read from the environment only and reach the services. */
export const colorVariables = [
  { variable: "NO_COLOR", meaning: "anything: no colours" },
  { variable: "FORCE_COLOR", meaning: "1: colours also where the output is not a terminal" },
] as const;

/** Whether a variable steers Groundswell and is kept from services that do not name it. */
export function isWithheld(name: string): boolean {
  return settingDefinitions.some(({ variable }) => variable === name) || /^WATCH(?:ER)?_/.test(name);
}

/** Whether a variable of the surrounding environment belongs to the tool that ran us and never reaches a service. */
export function isStripped(name: string): boolean {
  return name.startsWith("npm_") || name === "INIT_CWD" || name.startsWith("GROUNDSWELL_");
}
