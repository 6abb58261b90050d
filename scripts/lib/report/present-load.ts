import type { ServiceStatus } from "../model/state-document.ts";

/** Shorter than this, a clock tick more or less would show as a jump. */
const leastSpanMs = 900;

interface Sample {
  readonly at: number;
  readonly seconds: ReadonlyMap<string, number>;
}

/**
 * Rows of one look after another, with what each service takes of the processor now in the place of its mean since the start. The first rows are
 * left as they are.
 *
 * @param now Monotonic milliseconds.
 */
export function presentLoad(): <Row extends ServiceStatus>(rows: readonly Row[], now: number) => readonly Row[] {
  let before: Sample | null = null;
  let percents: ReadonlyMap<string, number> = new Map();
  return (rows, now) => {
    const seconds = new Map(
      rows.flatMap((row) => (row.cpuSeconds === null ? [] : [[keyOf(row), row.cpuSeconds] as const])),
    );
    const spanMs = before === null ? 0 : now - before.at;
    if (before !== null && spanMs >= leastSpanMs) {
      const since = before.seconds;
      percents = new Map(
        [...seconds].flatMap(([key, cpu]) => {
          const earlier = since.get(key);
          // Of a child that ended without being waited for, nothing remains.
          return earlier === undefined ? [] : [[key, Math.max(0, ((cpu - earlier) / spanMs) * 100_000)] as const];
        }),
      );
    }
    if (before === null || spanMs >= leastSpanMs) before = { at: now, seconds };
    return rows.map((row) => ({ ...row, cpuPercent: percents.get(keyOf(row)) ?? row.cpuPercent }));
  };
}

/** Another process of the same service begins anew. */
function keyOf({ name, pid }: ServiceStatus): string {
  return `${name} ${pid}`;
}
