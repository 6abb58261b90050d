import type { Programs } from "../measure/programs.ts";
import { concurrently } from "./concurrently.ts";
import type { Engine } from "./engine.ts";
import { floor } from "./floor.ts";
import { groundswell } from "./groundswell.ts";
import { limit } from "./limit.ts";
import { make } from "./make.ts";
import { mprocs } from "./mprocs.ts";
import { pm2 } from "./pm2.ts";
import { supervisor } from "./supervisor.ts";
import { wireit } from "./wireit.ts";

/** Tools that others made. */
export const peers: readonly Engine[] = [concurrently, make, mprocs, pm2, supervisor, wireit];

/** Groundswell, what it could be, and those peers that can do the job. */
export function contestants(programs: Programs, ...some: readonly Engine[]): readonly Engine[] {
  return [groundswell, limit(programs), floor, ...some];
}
