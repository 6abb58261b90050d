import { cpus } from "node:os";
import type { Goal, Report, Table } from "../report/report.ts";
import { livesOf } from "./lives.ts";
import type { SoakArguments } from "./read-soak-arguments.ts";
import type { SoakResult } from "./run-soak.ts";
import type { SoakSample } from "./sample.ts";

/** Of a life shorter than this a slope says nothing: a heap is still finding its size. */
const steadyAfterMinutes = 10;
const mostRssSlopeKb = 500;
const mostDescriptorSlope = 0.5;

/** What a soak found, in the form of a workload's report. */
export function soakReport(result: SoakResult, { minutes, services, seed }: SoakArguments): Report {
  const cores = cpus().length;
  return {
    workload: "soak",
    summary: `${services} services, ${minutes} minutes, seed ${seed}; ${new Date().toISOString().slice(0, 10)}, ${cores} cores, Node ${process.versions.node}`,
    tables: [countTable(result), lifeTable(result.samples), sampleTable(result.samples)],
    goals: goalsOf(result),
    faults: [...new Set([...result.wrong, ...result.leftBehind.map((command) => `left behind: ${command}`)])],
  };
}

function countTable({ deeds, counts, runs, restartsByPolicy }: SoakResult): Table {
  return {
    columns: ["what happened", "times"],
    rows: [
      ["services killed by SIGKILL", String(deeds.kills)],
      ["services that ended with 0 or 1", String(deeds.exits)],
      ["services that fell ill", String(deeds.sick)],
      ["of these told to recover", String(deeds.well)],
      ["crash loops", String(deeds.loops)],
      ["log lines written when told to", String(deeds.logLines)],
      ["start_dev", String(counts.starts)],
      ["restart of up to three", String(counts.restarts)],
      ["reload of up to three changes", String(counts.reloads)],
      ["kill -9 of the supervisor", String(counts.supervisorKills)],
      ["restarts by policy that were seen", String(restartsByPolicy)],
      ["processes of services, all in all", String(runs)],
    ],
  };
}

function lifeTable(samples: readonly SoakSample[]): Table {
  return {
    columns: [
      "supervisor",
      "min",
      "RSS, MB",
      "RSS at its end, MB",
      "RSS, KB/min",
      "descriptors/min",
      "CPU, % of a core",
    ],
    rows: livesOf(samples).map((life, index) => [
      String(index + 1),
      life.minutes.toFixed(1),
      inMb(life.firstRssKb),
      inMb(life.lastRssKb),
      shown(life.rssSlopeKb, 0),
      shown(life.descriptorSlope, 2),
      shown(life.cpuPercent, 2),
    ]),
  };
}

/** One about every minute. */
function sampleTable(samples: readonly SoakSample[]): Table {
  const order = [...new Set(samples.map(({ pid }) => pid))];
  const chosen = samples.filter(
    ({ minutes }, index) => index === 0 || Math.floor(minutes) !== Math.floor(samples[index - 1]?.minutes ?? 0),
  );
  return {
    columns: ["min", "supervisor", "RSS, MB", "descriptors", "as they should be"],
    rows: chosen.map(({ minutes, pid, rssKb, descriptors, asTheyShould, services }) => [
      minutes.toFixed(1),
      String(order.indexOf(pid) + 1),
      inMb(rssKb),
      String(descriptors),
      `${asTheyShould} of ${services}`,
    ]),
  };
}

function goalsOf({ samples, wrong, survivors, leftBehind, counts }: SoakResult): readonly Goal[] {
  const steady = livesOf(samples).filter(({ minutes }) => minutes >= steadyAfterMinutes);
  const most = (values: readonly number[]) => (values.length === 0 ? Number.NaN : Math.max(...values));
  const rss = most(steady.map(({ rssSlopeKb }) => rssSlopeKb));
  const descriptors = most(steady.map(({ descriptorSlope }) => descriptorSlope));
  const none = (what: string, count: number): Goal => ({ what, wanted: "0", got: String(count), isMet: count === 0 });
  return [
    none("services not as they should be", wrong.length),
    none("survivors when stop returned", survivors),
    none("processes left behind", leftBehind.length),
    {
      what: "kill -9 of the supervisor",
      wanted: "≥ 1",
      got: String(counts.supervisorKills),
      isMet: counts.supervisorKills > 0,
    },
    ...(steady.length === 0
      ? []
      : [
          {
            what: `RSS, of supervisors of ${steadyAfterMinutes} minutes or more`,
            wanted: `≤ ${mostRssSlopeKb} KB/min`,
            got: `${shown(rss, 0)} KB/min`,
            isMet: rss <= mostRssSlopeKb,
          },
          {
            what: "descriptors, of the same",
            wanted: `≤ ${mostDescriptorSlope} a minute`,
            got: `${shown(descriptors, 2)} a minute`,
            isMet: descriptors <= mostDescriptorSlope,
          },
        ]),
  ];
}

function inMb(kilobytes: number): string {
  return (kilobytes / 1024).toFixed(1);
}

function shown(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : "–";
}
