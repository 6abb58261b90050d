import { resolve } from "node:path";
import type { HealthCheck, PortSpec, ProbeTiming } from "../model/service.ts";
import type { Settings } from "../model/settings.ts";
import { readArgv, readCommand } from "./command.ts";
import { checkKinds, httpKeys } from "./health-check-keys.ts";
import { readHttpCheck } from "./http-check.ts";
import { readAddress } from "./ports.ts";
import type { ValueReader } from "./value-reader.ts";
import { type MapNode, nodeAt, type ScalarNode, scalarAt, scalarsAt, type YamlNode } from "./yaml-tree.ts";

type WithoutTiming<T> = T extends HealthCheck ? Omit<T, "timing"> : never;

/** A health check as written. `check` is null where it is faulty or, with `namesKind: false`, where only timing is given. */
export interface WrittenCheck {
  readonly namesKind: boolean;
  readonly check: WithoutTiming<HealthCheck> | null;
  readonly timing: Partial<ProbeTiming>;
}

const execIntervalMs = 10_000;
const standardTiming = { timeoutMs: 2_000, retries: 3, startPeriodMs: 0 };

/** The key `healthcheck` of a service. @param cwd Absolute; what `file` and `wait_on` are relative to. */
export function readHealthCheck(service: MapNode, reader: ValueReader, cwd: string): WrittenCheck | null {
  const node = nodeAt(service, ["healthcheck"]);
  if (node?.kind === "scalar" && typeof node.value === "string") {
    const word = reader.text(node);
    if (word === "none") return { namesKind: true, check: { kind: "none" }, timing: {} };
    return word === null
      ? null
      : reader.invalid(node, `must be a map, or none, not ${reader.shown(node, word)}`, {
          hint: "Write what to check: { http: http://127.0.0.1:8000/health }.",
        });
  }
  if (node?.kind !== "map") return null;
  const timing = readTiming(node, reader);
  const disable = scalarAt(node, "disable");
  if (disable !== null && reader.flag(disable)) return { namesKind: true, check: { kind: "none" }, timing };
  const kinds = [...node.entries.values()].filter(({ key }) => checkKinds.some((kind) => kind === key));
  const [first, second] = kinds;
  if (first && second) {
    reader.problems.add(
      "VALUE_INVALID",
      `${node.label} has two kinds of checks: ${first.key} and ${second.key}`,
      second.keySpan,
      {
        related: [{ span: first.keySpan, label: "first here" }],
        hint: "Keep one of them.",
      },
    );
  }
  if (first?.key !== "http") reportStrayHttpKeys(node, reader);
  const check = first ? readKind(first.key, first.value, node, reader, cwd) : null;
  return { namesKind: first !== undefined, check, timing };
}

function readKind(key: string, value: YamlNode, map: MapNode, reader: ValueReader, cwd: string): WrittenCheck["check"] {
  const scalar = value.kind === "scalar" && value.value !== null ? value : null;
  switch (key) {
    case "http":
      return readHttpCheck(value, map, reader);
    case "tcp":
      return readTcp(map, reader);
    case "exec":
    case "test":
      return readExec(key, value, reader);
    case "log": {
      const pattern = scalar && reader.pattern(scalar);
      return pattern === null ? null : { kind: "log", pattern };
    }
    case "file": {
      const path = scalar && reader.text(scalar);
      if (scalar && path === "") return reader.invalid(scalar, "is empty");
      return path === null ? null : { kind: "file", path: resolve(cwd, path) };
    }
    case "wait_on":
      return readWaitOn(map, reader, cwd);
    default:
      return scalar && reader.flag(scalar) === true ? { kind: "none" } : null;
  }
}

function readTcp(map: MapNode, reader: ValueReader): WrittenCheck["check"] {
  const targets = scalarsAt(map, "tcp").flatMap((node) => {
    const address = readAddress(node, reader);
    return address === null ? [] : [tcpTarget(address)];
  });
  return targets.length === 0 ? null : { kind: "tcp", targets, implied: false };
}

/** Compose's forms (`[CMD, …]`, `[CMD-SHELL, text]`, `[NONE]`, text for a shell); `exec` also takes a bare argv. */
function readExec(key: "exec" | "test", value: YamlNode, reader: ValueReader): WrittenCheck["check"] {
  const head = value.kind === "list" ? value.items[0] : undefined;
  if (value.kind !== "list" || head?.kind !== "scalar") {
    const command = readCommand(value, reader);
    return command === null ? null : { kind: "exec", command };
  }
  switch (head.value) {
    case "NONE":
      return { kind: "none" };
    case "CMD-SHELL": {
      const [, text, extra] = value.items;
      if (text?.kind === "scalar" && typeof text.value === "string" && extra === undefined) {
        const command = readCommand(text, reader);
        return command === null ? null : { kind: "exec", command };
      }
      return reader.invalid(head, "must be followed by one text for the shell");
    }
    case "CMD": {
      const command = readArgv(value, reader, 1);
      return command === null ? null : { kind: "exec", command };
    }
    default: {
      if (key === "test") {
        return reader.invalid(head, `must be CMD, CMD-SHELL or NONE, not ${reader.shown(head, head.text)}`, {
          hint: "Or write exec instead of test: it takes the program and its arguments.",
        });
      }
      const command = readArgv(value, reader);
      return command === null ? null : { kind: "exec", command };
    }
  }
}

function readWaitOn(map: MapNode, reader: ValueReader, cwd: string): WrittenCheck["check"] {
  const resources = scalarsAt(map, "wait_on").flatMap((node) => {
    const text = reader.text(node);
    return text === null || text === "" ? [] : [absoluteResource(text, cwd)];
  });
  return resources.length === 0 ? null : { kind: "waitOn", resources };
}

/** wait-on takes paths relative to its own process, which is not the service's. */
function absoluteResource(resource: string, cwd: string): string {
  if (/^(?:https?|https?-get|http-options|tcp|socket):/.test(resource)) return resource;
  return `file:${resolve(cwd, resource.replace(/^file:/, ""))}`;
}

function readTiming(map: MapNode, reader: ValueReader): Partial<ProbeTiming> {
  const read = <T>(key: string, as: (node: ScalarNode) => T | null): T | null => {
    const node = scalarAt(map, key);
    return node && as(node);
  };
  const intervalMs = read("interval", (node) => reader.durationMs(node, false));
  const timeoutMs = read("timeout", (node) => reader.durationMs(node, false));
  const retries = read("retries", (node) => reader.count(node, 1));
  const startPeriodMs = read("start_period", (node) => reader.durationMs(node, true));
  return {
    ...(intervalMs !== null && { intervalMs }),
    ...(timeoutMs !== null && { timeoutMs }),
    ...(retries !== null && { retries }),
    ...(startPeriodMs !== null && { startPeriodMs }),
  };
}

function reportStrayHttpKeys(map: MapNode, reader: ValueReader): void {
  for (const key of httpKeys) {
    const entry = map.entries.get(key);
    if (!entry) continue;
    reader.problems.add(
      "VALUE_INVALID",
      `${map.label}.${key} belongs to an http check, and this is none`,
      entry.keySpan,
    );
  }
}

/**
 * The health check of a service with every default filled in.
 *
 * Without a written one, declared ports imply `tcp` on each of them; a service without ports, and any task, has `none`.
 */
export function completeHealthCheck(
  written: WrittenCheck | null,
  service: { readonly ports: readonly PortSpec[]; readonly isTask: boolean },
  settings: Settings,
): HealthCheck {
  const check = written?.check ?? null;
  const kind = check?.kind ?? "tcp";
  const timing = {
    intervalMs: kind === "exec" ? execIntervalMs : settings.processCheckIntervalMs,
    ...standardTiming,
    ...written?.timing,
  };
  if (check !== null) return check.kind === "none" ? check : { ...check, timing };
  if (service.isTask || service.ports.length === 0) return { kind: "none" };
  return { kind: "tcp", targets: service.ports.map(tcpTarget), implied: true, timing };
}

/** Where to knock: an address that means "all" is not one to connect to. */
function tcpTarget({ host, port }: PortSpec): { readonly host: string; readonly port: number } {
  if (host === null) return { host: "localhost", port };
  return { host: host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host, port };
}
