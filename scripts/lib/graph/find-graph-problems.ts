import { didYouMean } from "../diagnostic/nearest-name.ts";
import { type Place, type Problem, makeProblem } from "../diagnostic/user-error.ts";
import type { Dependency, ServiceSpec } from "../model/service.ts";
import type { SourceSpan } from "../model/source-span.ts";
import { findCycles } from "./find-cycles.ts";

/** How many cycles are spelled out. A dense graph has exponentially many; whoever breaks twenty looks again. */
const cyclesShown = 20;
/** How many are counted before we say "at least". */
const cyclesCounted = 100;

type ServiceOff = { readonly name: string; readonly profiles: readonly string[] };

/**
 * Everything that is wrong with the edges of a file: names nobody bears (also on edges with `required: false`: a typo is a typo),
 * required edges to services off by profile, and cycles.
 *
 * @param services The enabled ones, in file order.
 * @param offByProfile Services of the file that the active profiles leave out.
 * @param placeOf Works out line and frame of a span.
 * @returns In file order, edges first, then cycles: at least one for each group of services that need each other, at most 20.
 */
export function findGraphProblems(
  services: readonly ServiceSpec[],
  offByProfile: readonly ServiceOff[],
  placeOf: (span: SourceSpan) => Place,
): Problem[] {
  return [...edgeProblems(services, offByProfile, placeOf), ...cycleProblems(services, placeOf)];
}

function edgeProblems(
  services: readonly ServiceSpec[],
  offByProfile: readonly ServiceOff[],
  placeOf: (span: SourceSpan) => Place,
): Problem[] {
  const known = new Set(services.map(({ name }) => name));
  const off = new Map(offByProfile.map((service) => [service.name, service]));
  const problems: Problem[] = [];
  for (const service of services) {
    for (const edge of service.dependsOn) {
      if (known.has(edge.service)) continue;
      const switchedOff = off.get(edge.service);
      if (!switchedOff) problems.push(unknownDependency(service, edge, [...known, ...off.keys()], placeOf));
      else if (edge.required) problems.push(dependencyOff(service, edge, switchedOff, placeOf));
    }
  }
  return problems;
}

function unknownDependency(
  service: ServiceSpec,
  edge: Dependency,
  names: readonly string[],
  placeOf: (span: SourceSpan) => Place,
): Problem {
  const others = names.filter((name) => name !== service.name);
  return makeProblem(
    "DEPENDENCY_UNKNOWN",
    `"${service.name}" depends on "${edge.service}", and no service is named so`,
    {
      place: placeOf(edge.span),
      hint: didYouMean(edge.service, others),
    },
  );
}

function dependencyOff(
  service: ServiceSpec,
  edge: Dependency,
  off: ServiceOff,
  placeOf: (span: SourceSpan) => Place,
): Problem {
  const profiles = off.profiles.map((profile) => `"${profile}"`).join(" or ");
  const message = `"${service.name}" depends on "${off.name}", which only the profile ${profiles} switches on`;
  return makeProblem("DEPENDENCY_OFF_BY_PROFILE", message, {
    place: placeOf(edge.span),
    hint: `Add --profile ${off.profiles[0] ?? ""}, or set required: false on this dependency.`,
  });
}

function cycleProblems(services: readonly ServiceSpec[], placeOf: (span: SourceSpan) => Place): Problem[] {
  const { cycles, isCut } = findCycles(services, cyclesCounted);
  const position = new Map(services.map(({ name }, index) => [name, index]));
  const start = (cycle: readonly ServiceSpec[]): number => position.get(cycle[0]?.name ?? "") ?? 0;
  const shown = cycles.slice(0, cyclesShown).toSorted((a, b) => start(a) - start(b));
  const hidden = cycles.length - shown.length;
  return shown.map((cycle, index) => {
    const isLast = index === shown.length - 1;
    return cycleProblem(
      cycle,
      isLast && hidden > 0 ? `${isCut ? "At least " : ""}${hidden} more cycles are not shown.` : "",
      placeOf,
    );
  });
}

/** @param cycle Each depends on the next, the last on the first. */
function cycleProblem(cycle: readonly ServiceSpec[], note: string, placeOf: (span: SourceSpan) => Place): Problem {
  const edges = cycle.flatMap((service, index) => {
    const next = cycle[(index + 1) % cycle.length];
    const edge = service.dependsOn.find((dependency) => dependency.service === next?.name);
    return edge ? [{ from: service.name, edge }] : [];
  });
  const closing = edges.at(-1);
  const path = [...cycle, ...cycle.slice(0, 1)].map(({ name }) => name).join(" -> ");
  const isAlone = cycle.length === 1;
  return makeProblem(
    "DEPENDENCY_CYCLE",
    `${isAlone ? "A service depends on itself" : "Services depend on each other"}: ${path}`,
    {
      place: closing ? placeOf(closing.edge.span) : null,
      related: edges
        .slice(0, -1)
        .map(({ from, edge }) => ({ place: placeOf(edge.span), label: `${from} depends on ${edge.service}` })),
      hint: [isAlone ? "Remove this dependency." : "Remove one of these dependencies.", note].filter(Boolean).join(" "),
    },
  );
}
