import type { StartStrategy } from "../model/event.ts";
import type { Wave } from "../model/service.ts";

/** What a start would do: for `start_dev --plan`, which starts nothing. */
export interface Plan {
  readonly workspace: string;
  /** Absolute. */
  readonly root: string;
  readonly strategy: StartStrategy;
  readonly waves: readonly Wave[];
  readonly offByProfile: readonly { readonly name: string; readonly profiles: readonly string[] }[];
}
