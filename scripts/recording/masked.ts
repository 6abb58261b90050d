const duration = /\b\d+(?:\.\d+)? (?:ms|s|min|h|d)\b(?: \d+ (?:s|min|h)\b)?/g;

/**
 * A recording without what differs from run to run: times, PIDs, sizes, shares of the CPU, and the blanks that align them.
 * Services of one wave become ready in any order: lines of that kind that follow each other are sorted.
 */
export function masked(recording: string): string {
  const lines = recording
    .split("\n")
    // A reminder that a service still starts: only on a machine that is very busy.
    .filter((line) => !line.startsWith("  … "))
    .map(maskedLine);
  const sorted: string[] = [];
  let group: string[] = [];
  for (const line of [...lines, ""]) {
    if (/^ [✓✗↻–] /.test(line)) {
      group.push(line);
      continue;
    }
    sorted.push(...group.toSorted(), line);
    group = [];
  }
  return sorted.slice(0, -1).join("\n");
}

function maskedLine(line: string): string {
  return (
    line
      // A row of `status`: the PID stands behind state and name.
      .replace(/^(\S \w+ +\S+ +)\d+ /, "$1PID ")
      .replaceAll(/\bpid \d+/g, "pid PID")
      .replaceAll(/: \d+ % faster/g, "")
      .replaceAll(/\d+\.\d %/g, "CPU %")
      .replaceAll(/[\d.]+ [KMG]iB/g, "SIZE")
      // On a machine that is very busy less is left of it when it is told.
      .replaceAll(/; trying again in \d+ s/g, "; trying again")
      .replaceAll(duration, "TIME")
      .replaceAll(/ +/g, " ")
  );
}
