import type { Tool } from "../engines/tool.ts";
import type { Bench } from "../measure/bench.ts";
import type { Report } from "../report/report.ts";

export interface Workload {
  readonly name: string;
  readonly summary: string;
  /** Those of the others that can do the job. */
  readonly peers: readonly Tool[];
  run(bench: Bench): Promise<Omit<Report, "workload" | "summary">>;
}
