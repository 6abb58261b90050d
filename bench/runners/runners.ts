import type { Programs } from "../measure/programs.ts";
import { concurrently } from "./concurrently.ts";
import { floor } from "./floor.ts";
import { gita } from "./gita.ts";
import { groundswell } from "./groundswell.ts";
import { myrepos } from "./myrepos.ts";
import { parallel } from "./parallel.ts";
import { pnpm } from "./pnpm.ts";
import type { Runner } from "./runner.ts";
import { turbo } from "./turbo.ts";
import { vcs } from "./vcs.ts";
import { xargs } from "./xargs.ts";

/** Tools that others made. */
export const peerRunners: readonly Runner[] = [xargs, parallel, myrepos, gita, vcs, pnpm, turbo, concurrently];

/** All of them take part everywhere: who cannot do a job has a row that says so. */
export function runners(programs: Programs): readonly Runner[] {
  return [groundswell, floor(programs), ...peerRunners];
}
