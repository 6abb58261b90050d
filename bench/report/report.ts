/** What a workload found out. */
export interface Report {
  readonly workload: string;
  readonly summary: string;
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
  /** Not slow, but wrong: any of them fails the run. */
  readonly faults: readonly string[];
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Goal {
  readonly what: string;
  readonly wanted: string;
  readonly got: string;
  readonly isMet: boolean;
}
