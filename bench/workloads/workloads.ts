import { chain20 } from "./chain20.ts";
import { chainlens } from "./chainlens.ts";
import { crash } from "./crash.ts";
import { cycles } from "./cycles.ts";
import { layers } from "./layers.ts";
import { log1 } from "./log1.ts";
import { log10 } from "./log10.ts";
import { idle } from "./idle.ts";
import { logsFollow } from "./logs-follow.ts";
import { runGitStatus } from "./run-git-status.ts";
import { runSleep } from "./run-sleep.ts";
import { runTrue } from "./run-true.ts";
import { runVolume } from "./run-volume.ts";
import { seqStart } from "./seq-start.ts";
import { seqStop } from "./seq-stop.ts";
import { skew } from "./skew.ts";
import { status } from "./status.ts";
import { stop100 } from "./stop100.ts";
import { stop100ign } from "./stop100ign.ts";
import { watchDeath } from "./watch-death.ts";
import { watchIdle } from "./watch-idle.ts";
import { wide100 } from "./wide100.ts";
import type { Workload } from "./workload.ts";

/** In the order in which they run and are reported. */
export const workloads: readonly Workload[] = [
  status,
  chainlens,
  chain20,
  layers,
  wide100,
  skew,
  seqStart,
  seqStop,
  stop100,
  stop100ign,
  log1,
  log10,
  logsFollow,
  crash,
  idle,
  cycles,
  runTrue,
  runGitStatus,
  runSleep,
  runVolume,
  watchIdle,
  watchDeath,
];
