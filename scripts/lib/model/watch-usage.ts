/** What a watch uses, with all it has started. */
export interface WatchUsage {
  readonly repository: string;
  /** null: nothing runs. */
  readonly pid: number | null;
  readonly memoryBytes: number;
  /** Just now, of one core: 1 is one core in full. */
  readonly cpu: number;
  readonly processes: number;
}
