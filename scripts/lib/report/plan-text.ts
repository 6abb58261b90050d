import type { ServiceSpec } from "../model/service.ts";
import { commandWords } from "./command-words.ts";
import { dependencyWords } from "./dependency-words.ts";
import { durationWords } from "./duration-words.ts";
import { expectedWords } from "./eta-words.ts";
import { healthCheckWords } from "./health-check-words.ts";
import { countWords } from "./list-words.ts";
import type { Plan } from "./plan.ts";
import type { Screen } from "./screen.ts";
import { shownPath } from "./shown-path.ts";
import { span, type Span, styledLine } from "./styled-line.ts";
import { padText } from "./text-width.ts";
import { visibleText } from "./visible-text.ts";

/**
 * What a start would do, wave by wave: command, folder, ports, what each waits for and when it counts as ready.
 *
 * @returns Lines ending with a newline; nothing is cut, since a command is there to be copied.
 */
export function planText(plan: Plan, screen: Pick<Screen, "color">): string {
  const services = plan.waves.flatMap((wave) => wave.services);
  const nameWidth = Math.max(0, ...services.map(({ name }) => name.length));
  const order = {
    waves: ` in ${countWords(plan.waves.length, "wave")}`,
    eager: ", each as soon as its dependencies allow",
    "one-by-one": ", one by one",
  }[plan.strategy];
  const eta = expectedWords(plan.expectedMs);
  const lines: Span[][] = [
    [span(visibleText(plan.workspace), "strong"), span(`: ${countWords(services.length, "service")}${order}`)],
    ...plan.waves.flatMap((wave) => [
      [],
      [span(`wave ${wave.index}`, "strong")],
      ...wave.services.flatMap((service) => serviceLines(service, plan, nameWidth)),
    ]),
    ...(plan.offByProfile.length > 0 ? [[]] : []),
    ...plan.offByProfile.map(({ name, profiles }) => [
      span(`${name} is off: it needs --profile ${profiles.map(visibleText).join(" or ")}`, "faint"),
    ]),
    [],
    ...(eta === null ? [] : [[span(`By its last starts, all would be ${eta}.`)]]),
    [span("Nothing was started.", "faint")],
  ];
  return `${lines.map((line) => styledLine(line, { width: Number.POSITIVE_INFINITY, color: screen.color })).join("\n")}\n`;
}

function serviceLines(service: ServiceSpec, { root, usual }: Plan, nameWidth: number): Span[][] {
  const usualMs = usual.get(service.name);
  const facts: (readonly [string, string])[] = [
    ...(service.cwd === root ? [] : [["in", shownPath(service.cwd, root)] as const]),
    ...(service.ports.length === 0 ? [] : [["ports", service.ports.map(portWords).join(", ")] as const]),
    ...(service.dependsOn.length === 0 ? [] : [["needs", service.dependsOn.map(dependencyWords).join(", ")] as const]),
    [service.type === "task" ? "done when" : "ready when", healthCheckWords(service)],
    ...(usualMs === undefined ? [] : [["usually in", durationWords(usualMs)] as const]),
  ];
  const indent = " ".repeat(nameWidth + 4);
  return [
    [span(`  ${padText(service.name, nameWidth)}  `), span(commandWords(service.command), "link")],
    ...facts.map(([label, words]) => [span(`${indent}${label.padEnd(10)} `, "faint"), span(words)]),
  ];
}

function portWords({ host, port }: ServiceSpec["ports"][number]): string {
  return host === null ? String(port) : `${visibleText(host)}:${port}`;
}
