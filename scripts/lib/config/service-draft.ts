import { resolve } from "node:path";
import type { Dependency, RestartPolicy, ServiceCommand } from "../model/service.ts";
import type { SourceSpan } from "../model/source-span.ts";
import { readCommand } from "./command.ts";
import { readDependencies } from "./dependencies.ts";
import type { EnvironmentLayers } from "./environment-layers.ts";
import { lookupIn } from "./environment-layers.ts";
import { readServiceEnvironment, type ServiceEnvironment } from "./environment.ts";
import { readHealthCheck, type WrittenCheck } from "./health-check.ts";
import { type DeclaredPort, readPorts } from "./ports.ts";
import type { ProblemList } from "./problem-list.ts";
import { readRestartPolicy } from "./restart-policy.ts";
import { readStopSignal } from "./stop-signal.ts";
import { ValueReader } from "./value-reader.ts";
import { type MapEntry, type MapNode, nodeAt, type ScalarNode, scalarAt, scalarsAt } from "./yaml-tree.ts";

/** One service as written, variables put in, before defaults. null: not written, or faulty and reported. */
export interface ServiceDraft {
  readonly name: string;
  readonly span: SourceSpan;
  readonly profiles: readonly string[];
  /** Off by profile. */
  readonly isOff: boolean;
  readonly command: ServiceCommand | null;
  /** Absolute. */
  readonly cwd: string;
  readonly type: Spanned<"service" | "task"> | null;
  readonly dependsOn: readonly Dependency[];
  readonly ports: readonly DeclaredPort[];
  readonly healthCheck: WrittenCheck | null;
  readonly restart: Spanned<RestartPolicy> | null;
  readonly onUnhealthy: "report" | "restart" | null;
  readonly stopSignal: NodeJS.Signals | null;
  readonly stopGraceMs: number | null;
  readonly startTimeoutMs: number | null;
  readonly minUptimeMs: number | null;
  readonly stdinOpen: boolean | null;
  readonly keepAlive: readonly string[];
  readonly environment: ServiceEnvironment;
  /** Every variable its strings name. */
  readonly named: ReadonlySet<string>;
}

interface Spanned<T> {
  readonly value: T;
  readonly span: SourceSpan;
}

/** What all services of a file are read against. */
export interface ServiceSurroundings {
  readonly root: string;
  readonly layers: EnvironmentLayers;
  readonly problems: ProblemList;
  readonly isOn: (name: string, profiles: readonly string[]) => boolean;
}

const nothingWritten = (entry: MapEntry): MapNode => ({
  kind: "map",
  entries: new Map(),
  label: entry.value.label,
  span: entry.keySpan,
});

/** Reads one entry of `services`. What the schema has rejected is passed over. */
export function readServiceDraft(entry: MapEntry, surroundings: ServiceSurroundings): ServiceDraft {
  const { root, layers, problems, isOn } = surroundings;
  const map = entry.value.kind === "map" ? entry.value : nothingWritten(entry);
  // Whether a service is on is known before its own environment is read: profiles see the layers below it.
  const below = new ValueReader(problems, lookupIn(layers.top, layers.ambient, layers.dotenv));
  const profiles = scalarsAt(map, "profiles").flatMap((node) => below.text(node) ?? []);
  const isOff = !isOn(entry.key, profiles);
  const outer = new ValueReader(problems, below.lookup, isOff);
  const environment = readServiceEnvironment(map, layers, outer, root);
  const reader = outer.withLookup(environment.lookup);
  const read = <T>(key: string, as: (node: ScalarNode) => T | null): T | null => {
    const node = scalarAt(map, key);
    return node && as(node);
  };
  const cwd = resolve(root, read("working_dir", (node) => reader.text(node)) ?? ".");
  const command = nodeAt(map, ["command"]);
  read("tty", (node) => rejectTty(node, reader));
  const ports = readPorts(map, reader);
  const healthCheck = readHealthCheck(map, reader, cwd);
  if (healthCheck?.namesKind === false && ports.length === 0) reportNoKind(map, problems);
  return {
    name: entry.key,
    span: entry.keySpan,
    profiles,
    isOff,
    command: command && readCommand(command, reader),
    cwd,
    type: read("type", (node) => spanned(node, reader.choice(node, ["service", "task"]))),
    dependsOn: readDependencies(map, reader),
    ports,
    healthCheck,
    restart: read("restart", (node) => spanned(node, readRestartPolicy(node, reader))),
    onUnhealthy: read("on_unhealthy", (node) => reader.choice(node, ["report", "restart"])),
    stopSignal: read("stop_signal", (node) => readStopSignal(node, reader)),
    stopGraceMs: read("stop_grace_period", (node) => reader.durationMs(node, true)),
    startTimeoutMs: read("start_timeout", (node) => reader.durationMs(node, false)),
    minUptimeMs: read("min_uptime", (node) => reader.durationMs(node, true)),
    stdinOpen: read("stdin_open", (node) => reader.flag(node)),
    keepAlive: scalarsAt(map, "keep_alive").flatMap((node) => reader.pattern(node) ?? []),
    environment,
    named: outer.named,
  };
}

function spanned<T>(node: ScalarNode, value: T | null): Spanned<T> | null {
  return value === null ? null : { value, span: node.span };
}

function rejectTty(node: ScalarNode, reader: ValueReader): null {
  if (reader.flag(node) === true) {
    reader.report("TTY_UNSUPPORTED", "Services run without a terminal", node, {
      hint: "Remove tty. A program that ends when its input ends needs stdin_open: true.",
    });
  }
  return null;
}

function reportNoKind(map: MapNode, problems: ProblemList): void {
  const entry = map.entries.get("healthcheck");
  if (!entry) return;
  problems.add(
    "VALUE_INVALID",
    `${entry.value.label} does not say what to check, and no port is declared`,
    entry.keySpan,
    {
      hint: "Add http, tcp, exec, log, file or wait_on, or declare the service's ports.",
    },
  );
}
