import { once } from "node:events";
import { rmSync } from "node:fs";
import { get } from "node:http";
import type { Round } from "../engines/engine.ts";
import { killForSure } from "../measure/process-row.ts";
import type { Chance } from "./chance.ts";
import type { Entry, Ledger } from "./ledger.ts";
import { isRestarted, type Subject } from "./subjects.ts";

/** How often each was done. */
export interface Deeds {
  kills: number;
  exits: number;
  sick: number;
  well: number;
  loops: number;
  logLines: number;
}

/** Something befalls a service: it is killed, ends, falls ill, begins to crash again and again, or writes much. Those `spared` are left alone. */
export async function befall(
  ledger: Ledger,
  round: Round,
  chance: Chance,
  deeds: Deeds,
  spared: ReadonlySet<Entry>,
): Promise<void> {
  const calm = ledger.calm().filter((entry) => !spared.has(entry));
  const [entry] = chance.some(calm, 1);
  if (!entry) return;
  const { subject } = entry;
  const roll = chance.number();
  if (roll < 0.2) {
    killRun(ledger, entry, deeds);
  } else if (roll < 0.4) {
    const code = roll < 0.3 ? 0 : 1;
    await order(subject, `exit/${code}`);
    const again = isRestarted(subject, code);
    ledger.leaveToPolicy(entry, again ? "ready" : "failed", again ? 1 : 0);
    deeds.exits += 1;
  } else if (roll < 0.6) {
    if (subject.probe === "tcp") return;
    await order(subject, "sick");
    if (subject.onUnhealthy === "restart") ledger.leaveToPolicy(entry, "ready", 1);
    else ledger.leaveToPolicy(entry, "unhealthy", 0);
    deeds.sick += 1;
  } else if (roll < 0.65) {
    if (!isRestarted(subject, 1)) return;
    round.write(doomOf(subject), "");
    await order(subject, "exit/1");
    ledger.leaveToPolicy(entry, "failed", null);
    deeds.loops += 1;
  } else {
    const lines = 100 + Math.floor(chance.number() * 4000);
    await order(subject, `log/${lines}`);
    deeds.logLines += lines;
  }
}

/** SIGKILL, to the process that stamped itself. */
export function killRun(ledger: Ledger, entry: Entry, deeds: Deeds): void {
  const run = ledger.runOf(entry);
  if (run === null) return;
  killForSure(run);
  deeds.kills += 1;
  const again = isRestarted(entry.subject, null);
  ledger.leaveToPolicy(entry, again ? "ready" : "failed", again ? 1 : 0);
}

/** What is ill recovers. */
export async function cure(entries: readonly Entry[], ledger: Ledger, deeds: Deeds): Promise<void> {
  for (const entry of entries) {
    if (entry.should !== "unhealthy" || entry.isLost) continue;
    await order(entry.subject, "well");
    ledger.leaveToPolicy(entry, "ready", 0);
    deeds.well += 1;
  }
}

/** Nobody crashes in a loop any more, once a command has started it again. */
export function liftDooms(entries: readonly Entry[], round: Round): void {
  for (const { subject } of entries) rmSync(round.path(doomOf(subject)), { force: true });
}

function doomOf({ name }: Subject): string {
  return `doom.${name}`;
}

/** Done when it is obeyed; who is told to end gives no answer. */
async function order({ port }: Subject, what: string): Promise<void> {
  const request = get({ host: "127.0.0.1", port, path: `/${what}`, agent: false, timeout: 10_000 });
  request.on("timeout", () => request.destroy());
  const answer = once(request, "response").then(([response]) => response.resume());
  await answer.catch(() => null);
}
