import { createHash } from "node:crypto";

/** What chance decides in a run: all of it follows from a seed. */
export interface Chance {
  /** From 0 to 1. */
  readonly number: () => number;
  /** Up to `count` of them, each once, in any order. */
  readonly some: <T>(all: readonly T[], count: number) => readonly T[];
}

export function chanceFrom(seed: number): Chance {
  let drawn = 0;
  const number = () => {
    drawn += 1;
    return createHash("sha256").update(`${seed} ${drawn}`).digest().readUInt32BE() / 2 ** 32;
  };
  return {
    number,
    some: (all, count) =>
      all
        .map((one) => ({ one, at: number() }))
        .toSorted((left, right) => left.at - right.at)
        .slice(0, count)
        .map(({ one }) => one),
  };
}
