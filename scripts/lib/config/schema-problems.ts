import type * as z from "zod";
import { didYouMean } from "../diagnostic/nearest-name.ts";
import type { SourceSpan } from "../model/source-span.ts";
import type { ProblemList } from "./problem-list.ts";
import { servicesSchema } from "./services-schema.ts";
import { shortened } from "./value-reader.ts";
import { type MapNode, nodeAt, plainValue, type ScalarNode, type YamlNode } from "./yaml-tree.ts";

type Issue = z.core.$ZodIssue;

/** What users of other tools write, and our word for it. */
const otherWords: ReadonlyMap<string, readonly string[]> = new Map([
  ["cmd", ["command", "argv"]],
  ["run", ["command", "argv"]],
  ["entrypoint", ["command", "argv"]],
  ["command", ["argv"]],
  ["cwd", ["working_dir"]],
  ["dir", ["working_dir", "path"]],
  ["env", ["environment"]],
  ["environment", ["env"]],
  ["deps", ["depends_on"]],
  ["dependencies", ["depends_on"]],
  ["needs", ["depends_on"]],
  ["readiness_probe", ["healthcheck"]],
  ["kill_timeout", ["stop_grace_period", "kill_grace"]],
  ["workers", ["jobs"]],
]);

/** Compose's words for containers. */
const containerWords = new Set(
  "build cap_add cap_drop container_name deploy devices dns domainname expose hostname image init ipc labels links logging network_mode networks platform privileged pull_policy read_only secrets security_opt shm_size sysctls tmpfs ulimits user volumes volumes_from".split(
    " ",
  ),
);

/**
 * Reports what the schema has against a file: each finding at the key that is unknown, the value that is wrong, or the map that lacks something.
 *
 * @param ofServices Where findings about the services and their `environment` go.
 */
export function reportSchemaProblems(root: YamlNode, problems: ProblemList, ofServices = problems): void {
  const result = servicesSchema.safeParse(withoutExtensions(plainValue(root)));
  for (const issue of result.error?.issues ?? []) {
    const isOfServices = issue.path[0] === "services" || issue.path[0] === "environment";
    report(issue, [], root, isOfServices ? ofServices : problems);
  }
}

/** Keys that begin with `x-` are the user's own, as in Compose: at the top and in a service. */
function withoutExtensions(file: unknown): unknown {
  const without = (value: unknown): unknown =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("x-"))) : value;
  const top = without(file);
  if (!isRecord(top) || !isRecord(top["services"])) return top;
  const services = Object.entries(top["services"]).map(([name, service]) => [name, without(service)]);
  return { ...top, services: Object.fromEntries(services) };
}

function report(issue: Issue, above: readonly PropertyKey[], root: YamlNode, problems: ProblemList): void {
  const path = [...above, ...issue.path];
  if (issue.code === "invalid_union") {
    const branch = branchMeant(issue.errors);
    if (branch) {
      for (const inner of branch) report(inner, path, root, problems);
      return;
    }
  }
  if (issue.code === "unrecognized_keys") {
    const map = nodeAt(root, path);
    if (map?.kind === "map") for (const key of issue.keys) reportUnknownKey(key, map, issue.message, problems);
    return;
  }
  reportWrongValue(path, issue.message, root, problems);
}

/** The alternative of a union the user had in mind: the one whose kind of value it is, so that only something inside of it is wrong. */
function branchMeant(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const meant = branches.filter(
    (issues) =>
      issues.length > 0 &&
      issues.every(({ path, code }) => path.length > 0 || code === "unrecognized_keys" || code === "invalid_union"),
  );
  return meant.length === 1 ? (meant[0] ?? null) : null;
}

function reportUnknownKey(key: string, map: MapNode, known: string, problems: ProblemList): void {
  const entry = map.entries.get(key);
  if (!entry) return;
  const candidates = known.split(" ");
  const other = otherWords.get(key)?.find((word) => candidates.includes(word));
  const meant = other === undefined ? didYouMean(key, candidates) : `Did you mean "${other}"?`;
  const isOfService = candidates.includes("command");
  const container =
    isOfService && containerWords.has(key) ? "Services are programs on this machine, not containers." : null;
  problems.add(
    "KEY_UNKNOWN",
    `Unknown key "${key}" in ${map.label === "" ? "services.yaml" : map.label}`,
    entry.keySpan,
    {
      hint: container ?? meant ?? `Known keys: ${candidates.join(", ")}.`,
    },
  );
}

function reportWrongValue(path: readonly PropertyKey[], expects: string, root: YamlNode, problems: ProblemList): void {
  const parent = nodeAt(root, path.slice(0, -1));
  const key = String(path.at(-1) ?? "");
  const node = nodeAt(root, path);
  const isService = path.length === 2 && path[0] === "services";
  if (isService && node?.kind === "scalar" && node.value === null) {
    return problems.add("KEY_MISSING", `The service "${key}" has no command`, node.span, { hint: hintForCommand });
  }
  if (node === null) return reportMissingKey(path, key, parent, problems, root);
  if (path.length >= 2 && path.at(-2) === "ports" && node.kind === "map") {
    return problems.add(
      "PORT_MAPPING",
      `${node.label} maps a port, and there is no container to map it into`,
      node.span,
      {
        hint: "Write the port the program listens on: 8000.",
      },
    );
  }
  const label = node.label === "" ? "services.yaml" : node.label;
  problems.add("VALUE_INVALID", `${label} must be ${expects}, not ${found(node)}`, node.span, {
    hint: node.kind === "scalar" && node.value !== null ? hintForScalar(node, expects) : null,
  });
}

function hintForScalar({ value, text }: ScalarNode, expects: string): string | null {
  if (typeof value !== "string" && /^(?:text|the name|the path)/.test(expects)) return `Put it in quotes: "${text}".`;
  if (typeof value !== "string" || !expects.startsWith("a map")) return null;
  // What it should be is spelled out in the message already.
  if (expects.startsWith("a map such as")) return null;
  if (expects.startsWith("a map with at least argv"))
    return "Write the program and its arguments: { argv: [npm, test] }.";
  return "Is a colon missing behind a key?";
}

const hintForCommand = "Say what to run: command: npm run dev.";

function reportMissingKey(
  path: readonly PropertyKey[],
  key: string,
  parent: YamlNode | null,
  problems: ProblemList,
  root: YamlNode,
): void {
  if (path[0] === "services" && path.length === 3 && key === "command") {
    const name = String(path[1]);
    return problems.add("KEY_MISSING", `The service "${name}" has no command`, keySpanOf(root, ["services", name]), {
      hint: hintForCommand,
    });
  }
  const label = parent === null || parent.label === "" ? "services.yaml" : parent.label;
  problems.add("KEY_MISSING", `${label} has no ${key}`, parent?.span ?? null);
}

function keySpanOf(root: YamlNode, path: readonly string[]): SourceSpan | null {
  const parent = nodeAt(root, path.slice(0, -1));
  return parent?.kind === "map" ? (parent.entries.get(path.at(-1) ?? "")?.keySpan ?? null) : null;
}

function found(node: YamlNode): string {
  if (node.kind !== "scalar") return node.kind === "list" ? "a list" : "a map";
  if (node.value === null) return "nothing";
  const text = shortened(node.text);
  return typeof node.value === "string" ? JSON.stringify(text) : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
