import { setTimeout as pause } from "node:timers/promises";
import type { Bench } from "../measure/bench.ts";
import type { Round } from "../engines/engine.ts";
import { isAlive, killForSure } from "../measure/process-row.ts";
import type { Chance } from "./chance.ts";
import { befall, cure, type Deeds, killRun, liftDooms } from "./deeds.ts";
import type { Commands } from "./groundswell-commands.ts";
import type { Entry, Ledger } from "./ledger.ts";
import { settle } from "./sample.ts";
import { type Subject, writeServices } from "./subjects.ts";

/** What a soak has in hand. */
export interface Soak {
  readonly bench: Bench;
  readonly round: Round;
  readonly subjects: readonly Subject[];
  readonly ledger: Ledger;
  readonly commands: Commands;
  readonly chance: Chance;
  readonly deeds: Deeds;
  /** The value of GENERATION of those that were changed. */
  readonly generations: Map<string, number>;
  readonly counts: { starts: number; restarts: number; reloads: number; supervisorKills: number };
  /** What is not as it should be. */
  readonly wrong: string[];
}

/** `start_dev`: whatever has failed comes up again, whatever runs is left alone. */
export async function heal(soak: Soak): Promise<void> {
  await cure(soak.ledger.entries, soak.ledger, soak.deeds);
  await settleAndNote(soak, "before start_dev");
  await startDev(soak);
}

/** `restart` of some, while other things befall others. What they need comes up with them, where it has failed. */
export async function restartSome(soak: Soak): Promise<void> {
  await settleAndNote(soak, "before restart");
  const chosen = choose(soak, (entry) => soak.ledger.needsOf(entry));
  if (chosen.names.length === 0) return;
  await Promise.all([mustSucceed(soak, "restart", ...chosen.names), befallOthers(soak, chosen.concerned)]);
  soak.counts.restarts += 1;
}

/** `reload` after some have another environment. What they need and what depends on them comes up with them, where it has failed. */
export async function reloadSome(soak: Soak): Promise<void> {
  const { ledger, generations, subjects, round, bench } = soak;
  await settleAndNote(soak, "before reload");
  const chosen = choose(soak, (entry) => [...ledger.needsOf(entry), ...ledger.dependentsOf(entry)]);
  if (chosen.names.length === 0) return;
  for (const name of chosen.names) generations.set(name, (generations.get(name) ?? 0) + 1);
  writeServices(subjects, generations, round, bench.programs.subject);
  await Promise.all([mustSucceed(soak, "reload"), befallOthers(soak, chosen.concerned)]);
  soak.counts.reloads += 1;
}

/** Up to three that are to have a new run, and their relatives: those that have failed are to have one, too. */
function choose(
  { ledger, chance, round }: Soak,
  relativesOf: (entry: Entry) => readonly Entry[],
): { readonly names: readonly string[]; readonly concerned: ReadonlySet<Entry> } {
  const around = (entry: Entry) => [...ledger.needsOf(entry), ...ledger.dependentsOf(entry)];
  // One that is ill would be waited for until the start times out.
  const possible = ledger.calm().filter((entry) => around(entry).every(({ should }) => should !== "unhealthy"));
  const chosen = chance.some(possible, 3);
  const failed = chosen.flatMap(relativesOf).filter(({ should }) => should === "failed");
  liftDooms(failed, round);
  for (const entry of new Set([...chosen, ...failed])) ledger.broughtUp(entry);
  return {
    names: chosen.map(({ subject }) => subject.name),
    concerned: new Set([...chosen, ...chosen.flatMap(around)]),
  };
}

/** kill -9 of the supervisor, often while it restarts a service; some end unseen; `start_dev` takes over what lives. */
export async function killSupervisor(soak: Soak): Promise<void> {
  const { ledger, commands, chance, counts } = soak;
  await cure(ledger.entries, ledger, soak.deeds);
  await settleAndNote(soak, "before kill -9");
  const supervisor = commands.supervisor();
  if (supervisor === null) return void soak.wrong.push("no supervisor runs");
  for (const entry of chance.some(ledger.calm(), 2)) killRun(ledger, entry, soak.deeds);
  await pause(chance.number() * 30);
  killForSure(supervisor);
  while (isAlive(supervisor)) await pause(5);
  counts.supervisorKills += 1;
  const unseen = chance.some(ledger.calm(), Math.floor(chance.number() * 4));
  for (const entry of unseen) killRun(ledger, entry, soak.deeds);
  // How far the killed one got with what ended is anybody's guess.
  for (const entry of ledger.entries) if (entry.calmFrom > performance.now()) entry.runs = null;
  await startDev(soak);
}

export async function startDev(soak: Soak): Promise<void> {
  liftDooms(soak.ledger.entries, soak.round);
  for (const entry of soak.ledger.entries) if (entry.should !== "ready" || entry.isLost) soak.ledger.broughtUp(entry);
  await mustSucceed(soak, "start_dev");
  soak.counts.starts += 1;
  await settleAndNote(soak, "after start_dev");
}

export async function settleAndNote(soak: Soak, when: string): Promise<number> {
  const wrong = await settle(soak.ledger, soak.commands);
  for (const { entry, what } of wrong) {
    soak.bench.say(`WRONG ${when}: ${what}`);
    soak.wrong.push(`${when}: ${what}`);
    entry.isLost = true;
  }
  return wrong.length;
}

async function mustSucceed(soak: Soak, command: string, ...argv: readonly string[]): Promise<void> {
  const { exitCode } = await soak.commands.run(command, ...argv);
  if (exitCode === 0) return;
  soak.bench.say(`${command} ${argv.join(" ")} ended with ${exitCode}`);
  soak.wrong.push(`${command} ${argv.join(" ")} ended with ${exitCode}`);
}

async function befallOthers({ ledger, round, chance, deeds }: Soak, spared: ReadonlySet<Entry>): Promise<void> {
  for (let count = 0; count < 3; count += 1) {
    await befall(ledger, round, chance, deeds, spared);
    await pause(chance.number() * 50);
  }
}
