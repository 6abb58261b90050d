import type { Programs } from "./programs.ts";

/** What a workload is given. */
export interface Bench {
  /** Absolute and real; everything the run writes is below it. */
  readonly folder: string;
  readonly programs: Programs;
  /** 1,100 ports from here on are ours. */
  readonly firstPort: number;
  readonly rounds: number;
  /** Start/stop cycles of the sample stack. */
  readonly cycles: number;
  /** Once, and small: does everything do its job? Times mean nothing. */
  readonly isSmoke: boolean;
  readonly env: Readonly<Record<string, string>>;
  /** Folders of rounds stay, to look into. */
  readonly keepsRounds: boolean;
  /** Progress, for whoever waits. */
  say(text: string): void;
}
