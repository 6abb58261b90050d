import { isAlive } from "../measure/process-row.ts";
import { readStamps, type Stamp } from "../measure/stamps.ts";
import type { StatusRow } from "./groundswell-commands.ts";
import type { Subject } from "./subjects.ts";

/** What should have become of a service by what was done to it. */
export interface Entry {
  readonly subject: Subject;
  should: "ready" | "unhealthy" | "failed";
  /** So many runs it should have had; null: known only when it has settled, as after a crash loop. */
  runs: number | null;
  /** Runs seen when it last was as it should be. */
  seenRuns: number;
  /** Its policy brings about the next run, and no command. */
  isByPolicy: boolean;
  /** It was found to be otherwise, and that was told: nothing is expected of it until a start_dev brings it back. */
  isLost: boolean;
  /** By `performance.now()`: from then on nothing that was done to it matters to its policy any more. */
  calmFrom: number;
}

/** A service that is not as it should be. */
export interface Difference {
  readonly entry: Entry;
  readonly what: string;
}

/** A policy forgets after a minute of health. */
const forgottenAfterMs = 70_000;

/** The soak's own view of every service: from what it did, and from what programs stamped. */
export class Ledger {
  readonly entries: readonly Entry[];
  /** Restarts by policy that were seen. */
  restarts = 0;
  readonly #stamps: string;

  constructor(subjects: readonly Subject[], stamps: string) {
    this.#stamps = stamps;
    this.entries = subjects.map((subject) => ({
      subject,
      should: "ready",
      runs: 1,
      seenRuns: 0,
      isByPolicy: false,
      isLost: false,
      calmFrom: 0,
    }));
  }

  /** Ready, and nothing its policy would remember: what is done to it has one outcome. */
  calm(): readonly Entry[] {
    const now = performance.now();
    return this.entries.filter(
      ({ should, runs, isLost, calmFrom }) => should === "ready" && runs !== null && !isLost && calmFrom <= now,
    );
  }

  /** What a service depends on, and what that does. */
  needsOf({ subject }: Entry): readonly Entry[] {
    const direct = this.entries.filter((other) => subject.dependsOn.includes(other.subject.name));
    return direct.flatMap((other) => [other, ...this.needsOf(other)]);
  }

  /** What depends on a service, directly or not. */
  dependentsOf(entry: Entry): readonly Entry[] {
    return this.entries.filter((other) => this.needsOf(other).includes(entry));
  }

  /** It was made to end, or to seem unhealthy, and its policy answers. */
  leaveToPolicy(entry: Entry, should: Entry["should"], newRuns: number | null): void {
    entry.should = should;
    entry.runs = newRuns === null || entry.runs === null ? null : entry.runs + newRuns;
    entry.isByPolicy = true;
    entry.calmFrom = performance.now() + forgottenAfterMs;
  }

  /** A command brought it up anew: its policy begins with nothing to remember. */
  broughtUp(entry: Entry): void {
    entry.should = "ready";
    entry.runs = entry.runs === null || entry.isLost ? null : entry.runs + 1;
    entry.isByPolicy = false;
    entry.isLost = false;
    entry.calmFrom = performance.now() + 10_000;
  }

  /** The live run of a service that has just one; null where it has none or many. */
  runOf({ subject }: Entry): Stamp | null {
    const alive = startsOf(readStamps(this.#stamps), subject.name).filter(isAlive);
    return alive.length === 1 ? (alive[0] ?? null) : null;
  }

  /** Every run there ever was. */
  allRuns(): readonly Stamp[] {
    return readStamps(this.#stamps).filter(({ event }) => event === "start");
  }

  /** Compares with `status` and /proc. @returns What is not as it should be; what is, is learnt from. */
  compare(rows: readonly StatusRow[]): readonly Difference[] {
    const stamps = readStamps(this.#stamps);
    return this.entries.flatMap((entry) => {
      if (entry.isLost) return [];
      const { name } = entry.subject;
      const starts = startsOf(stamps, name);
      const wrong = differenceOf(
        entry,
        starts,
        rows.find((row) => row.name === name),
      );
      if (wrong !== null) return [{ entry, what: `${name} (${entry.subject.restart}): ${wrong}` }];
      if (entry.isByPolicy) this.restarts += starts.length - entry.seenRuns;
      [entry.runs, entry.seenRuns, entry.isByPolicy] = [starts.length, starts.length, false];
      return [];
    });
  }
}

function differenceOf({ should, runs }: Entry, starts: readonly Stamp[], row: StatusRow | undefined): string | null {
  const alive = starts.filter(isAlive);
  const wanted = should === "failed" ? 0 : 1;
  const last = should === "failed" ? null : (starts.at(-1)?.pid ?? null);
  if (runs !== null && starts.length !== runs) return `${starts.length} runs, not ${runs}`;
  if (alive.length !== wanted) return `${alive.length} live processes, not ${wanted}`;
  if (row?.phase !== should) return `status says ${row?.phase ?? "nothing"}, not ${should}`;
  if (row.pid !== last) return `status says PID ${row.pid}, its program ${last}`;
  return null;
}

function startsOf(stamps: readonly Stamp[], name: string): readonly Stamp[] {
  return stamps.filter((stamp) => stamp.event === "start" && stamp.name === name);
}
