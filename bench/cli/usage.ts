import { workloads } from "../workloads/workloads.ts";

export function usage(): string {
  const width = Math.max(...workloads.map(({ name }) => name.length));
  return `Measures Groundswell against the limit of the machine, the floor of Node, and its peers.

Usage: npm run bench -- [options]

  --only a,b     only these workloads
  --rounds N     how often each engine has its turn (default 5)
  --cycles N     start/stop cycles of the sample stack (default 200)
  --smoke        everything once and small: does it work? Measures nothing
  --write        write the results of a whole run to bench/RESULTS.md
  --keep         keep the folders of the rounds, and say where they are
  --help         this

Results go to stdout, progress to stderr.
Exit code: 0 all went well, goals met or not · 1 something went wrong or a peer is missing · 64 the command line is wrong

Workloads:
${workloads.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join("\n")}
`;
}
