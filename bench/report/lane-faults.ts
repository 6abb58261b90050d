import { groundswell, groundswellInWaves, groundswellOneByOne } from "../engines/groundswell.ts";
import type { Lane } from "../measure/race.ts";

const ours = new Set([groundswell, groundswellInWaves, groundswellOneByOne]);

/**
 * What went wrong in a race. Of everybody: that a turn gave no result. Of Groundswell, too: a broken order, a survivor at the moment stop returns, a
 * start that returns too early, anything left behind.
 */
export function laneFaults(title: string, lanes: readonly Lane[]): readonly string[] {
  return lanes.flatMap(({ engine, samples, failures }) => {
    const failed = failures.map(({ failure }) => `${engine.name} failed: ${failure}`);
    const broken = samples.flatMap(({ violations, lingering, unready, leftBehind }) => [
      ...(violations.length > 0 ? [`started ${violations.join(", ")}`] : []),
      ...(lingering > 0 ? [`${lingering} processes alive when stop returned`] : []),
      ...(unready > 0 ? [`${unready} services not ready when start returned`] : []),
      ...leftBehind.map((command) => `left behind: ${command}`),
    ]);
    return [...failed, ...(ours.has(engine) ? broken.map((what) => `${engine.name}: ${what}`) : [])].map(
      (what) => `${title}: ${what}`,
    );
  });
}
