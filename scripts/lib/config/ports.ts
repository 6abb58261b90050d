import { isIP } from "node:net";
import type { PortSpec } from "../model/service.ts";
import type { SourceSpan } from "../model/source-span.ts";
import type { ProblemList } from "./problem-list.ts";
import type { ValueReader } from "./value-reader.ts";
import { type MapNode, type ScalarNode, scalarsAt } from "./yaml-tree.ts";

export type DeclaredPort = PortSpec & { readonly span: SourceSpan };

/** A port and where it listens, or what is wrong. `mapping`: the text is of Compose's kind `8000:80`. */
export type ParsedAddress = (PortSpec & { readonly fault?: never }) | { readonly fault: "mapping" | "not-a-port" };

/** Reads `8000`, `127.0.0.1:8000`, `[::1]:8000`, `localhost:8000`. */
export function parseAddress(text: string): ParsedAddress {
  const match = /^(?:(?:\[(?<v6>[^\]]+)\]|(?<name>[^:[\]\s]+)):)?(?<port>\d{1,5})$/.exec(text.trim());
  if (!match?.groups) {
    const isMapping = /\d:\d+(?:-\d+)?(?:\/\w+)?$/.test(text.trim()) && !text.includes("::");
    return { fault: isMapping ? "mapping" : "not-a-port" };
  }
  const { v6, name } = match.groups;
  const port = Number(match.groups["port"]);
  if (port < 1 || port > 65_535 || (v6 !== undefined && isIP(v6) !== 6)) return { fault: "not-a-port" };
  if (name !== undefined && /^\d+(?:-\d+)?$/.test(name)) return { fault: "mapping" };
  return { host: v6 ?? name ?? null, port };
}

/** The key `ports` of a service. */
export function readPorts(service: MapNode, reader: ValueReader): readonly DeclaredPort[] {
  return scalarsAt(service, "ports").flatMap((node) => {
    const address = readAddress(node, reader);
    return address === null ? [] : [{ ...address, span: node.span }];
  });
}

/** One port as `ports` and tcp checks write it; null when it is none: reported. */
export function readAddress(node: ScalarNode, reader: ValueReader): PortSpec | null {
  if (typeof node.value === "boolean") return null;
  const written = reader.text(node);
  if (written === null) return null;
  const text = typeof node.value === "number" ? String(node.value) : written;
  const address = parseAddress(text);
  if (address.fault === undefined) return address;
  if (address.fault === "mapping") {
    const port = /(\d+):\d+(?:-\d+)?(?:\/\w+)?$/.exec(text.trim())?.[1] ?? "8000";
    return reader.invalid(node, `maps a port, and there is no container to map it into: ${reader.shown(node, text)}`, {
      code: "PORT_MAPPING",
      hint: `Write the port the program listens on: "${port}".`,
    });
  }
  return reader.invalid(node, `must be a port from 1 to 65535, not ${reader.shown(node, text)}`, {
    hint: "Write 8000, 127.0.0.1:8000 or [::1]:8000.",
  });
}

interface PortOwner {
  readonly name: string;
  readonly isOff: boolean;
  readonly profiles: readonly string[];
  readonly ports: readonly DeclaredPort[];
}

/**
 * Reports ports declared twice (`PORT_DUPLICATE`): within a service, or by two services that run together. Services with different profiles
 * may share a port as long as not both of them are on.
 */
export function reportSharedPorts(services: readonly PortOwner[], problems: ProblemList): void {
  const declared = services.flatMap((service) => service.ports.map((port) => ({ service, port })));
  const byNumber = Map.groupBy(declared, ({ port }) => port.port);
  for (const sharing of byNumber.values()) {
    for (const [index, later] of sharing.entries()) {
      const earlier = sharing
        .slice(0, index)
        .find((other) => isSameAddress(other.port, later.port) && runTogether(other.service, later.service));
      if (!earlier) continue;
      const whose =
        earlier.service === later.service
          ? `"${later.service.name}" declares port ${later.port.port} twice`
          : `"${later.service.name}" and "${earlier.service.name}" declare the same port ${later.port.port}`;
      problems.add("PORT_DUPLICATE", whose, later.port.span, {
        related: [{ span: earlier.port.span, label: "first here" }],
        hint:
          earlier.service === later.service
            ? "Remove one of them."
            : "Only one program can listen on a port: give one of them another.",
      });
    }
  }
}

function isSameAddress(a: PortSpec, b: PortSpec): boolean {
  const isAny = ({ host }: PortSpec): boolean => host === null || host === "0.0.0.0" || host === "::";
  return isAny(a) || isAny(b) || a.host === b.host;
}

function runTogether(a: PortOwner, b: PortOwner): boolean {
  if (a === b || (!a.isOff && !b.isOff)) return true;
  return a.profiles.length === b.profiles.length && a.profiles.every((profile) => b.profiles.includes(profile));
}
