import type { StartStrategy } from "../model/event.ts";
import type { Wave } from "../model/service.ts";

/** What a start would do: for `start_dev --plan`, which starts nothing. */
export interface Plan {
  readonly workspace: string;
  /** Absolute. */
  readonly root: string;
  readonly strategy: StartStrategy;
  readonly waves: readonly Wave[];
  /** What services usually take to be ready, in milliseconds, by name: those that have a history. */
  readonly usual: ReadonlyMap<string, number>;
  /** Until all is ready, in milliseconds, as long as nothing of it runs; null: one of them has no history. */
  readonly expectedMs: number | null;
  readonly offByProfile: readonly { readonly name: string; readonly profiles: readonly string[] }[];
}
