import type { SoakSample } from "./sample.ts";

/** One supervisor, from its first sample to its last. */
export interface SupervisorLife {
  readonly minutes: number;
  readonly samples: number;
  readonly firstRssKb: number;
  readonly lastRssKb: number;
  /** Least squares, per minute, of its second half: a heap that warms up is no leak. NaN of fewer than three samples. */
  readonly rssSlopeKb: number;
  readonly descriptorSlope: number;
  readonly cpuPercent: number;
}

/** @param samples In the order they were taken. */
export function livesOf(samples: readonly SoakSample[]): readonly SupervisorLife[] {
  const lives = Map.groupBy(samples, ({ pid }) => pid);
  return [...lives.values()].flatMap((all) => {
    const [first, last] = [all[0], all.at(-1)];
    if (!first || !last) return [];
    const half = all.slice(all.length >> 1);
    const minutes = last.minutes - first.minutes;
    return [
      {
        minutes,
        samples: all.length,
        firstRssKb: first.rssKb,
        lastRssKb: last.rssKb,
        rssSlopeKb: slope(half.map((one) => [one.minutes, one.rssKb])),
        descriptorSlope: slope(half.map((one) => [one.minutes, one.descriptors])),
        cpuPercent: (last.cpuMs - first.cpuMs) / (minutes * 600),
      },
    ];
  });
}

/** Of the line that fits points best, by least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  if (points.length < 3) return Number.NaN;
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)];
  return mean(([x, y]) => (x - meanX) * (y - meanY)) / mean(([x]) => (x - meanX) ** 2);
}
