/** What programs/stopwatch.c writes down of a command. */
export interface RunSample {
  /** From just before the fork until it has ended, and all it wrote is read. */
  readonly ms: number;
  readonly exitCode: number;
  /** The most memory that the command, or the largest of those it has waited for, ever had. */
  readonly peakKb: number;
  /** Of the torrents' lines; 0 where none are counted. */
  readonly lost: number;
  readonly torn: number;
  readonly bytes: number;
}
