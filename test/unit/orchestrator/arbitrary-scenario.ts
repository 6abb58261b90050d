import * as fc from "fast-check";
import type { RestartPolicy, ServiceSpec } from "../../../scripts/lib/model/service.ts";
import type { ServicesFile } from "../../../scripts/lib/model/services-file.ts";
import { edge } from "../graph/spec.ts";
import { checked, fileOf } from "./plain-scenario.ts";
import type { Script } from "./virtual-process.ts";
import type { Command } from "./virtual-session.ts";

/** Services, what their processes do, and what the user does meanwhile. */
export interface Scenario {
  readonly file: ServicesFile;
  readonly scripts: ReadonlyMap<string, readonly Script[]>;
  readonly commands: readonly TimedCommand[];
}

interface TimedCommand {
  /** After the command before it was given. */
  readonly gapMs: number;
  /** Only when the ones before are answered. */
  readonly waits: boolean;
  readonly command: Command;
}

const often = <T>(usual: T, rare: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 3 }, { arbitrary: rare, weight: 1 });

const script: fc.Arbitrary<Script> = fc.record({
  spawn: fc.oneof(
    { arbitrary: fc.constant("runs" as const), weight: 30 },
    { arbitrary: fc.constantFrom("not-found" as const, "not-recorded" as const), weight: 1 },
  ),
  readyAfterMs: fc.oneof(
    { arbitrary: fc.constantFrom(0, 3, 40, 200), weight: 6 },
    { arbitrary: fc.constant(null), weight: 1 },
  ),
  endsAfterMs: often<number | null>(null, fc.constantFrom(0, 10, 60, 300, 700)),
  exitCode: fc.constantFrom(0, 1),
  sickAfterMs: often<number | null>(null, fc.constantFrom(0, 100, 400)),
  sickForMs: fc.constantFrom(50, 300, 600, 1_000_000),
  answerMs: fc.constantFrom(0, 1, 7, 60),
  ignoresTerm: often(false, fc.constant(true)),
  termMs: fc.constantFrom(0, 2, 30),
  childMs: often(0, fc.constantFrom(5, 200, 100_000)),
});

const policy = fc.constantFrom<RestartPolicy>(
  { kind: "on-failure", limit: null },
  { kind: "on-failure", limit: 2 },
  { kind: "always" },
  { kind: "unless-stopped" },
);

const service = (index: number) =>
  fc.record({
    edges: fc.uniqueArray(
      fc.record({
        to: fc.nat(Math.max(0, index - 1)),
        condition: fc.constantFrom("healthy" as const, "healthy" as const, "started" as const, "completed" as const),
        required: fc.boolean(),
        restart: often(false, fc.constant(true)),
      }),
      { maxLength: index === 0 ? 0 : 3, selector: ({ to }) => to },
    ),
    isTask: often(false, fc.constant(true)),
    retriesTask: fc.boolean(),
    policy: often<RestartPolicy>({ kind: "no" }, policy),
    onUnhealthy: often<"report" | "restart">("report", fc.constant("restart")),
    stdinOpen: often(false, fc.constant(true)),
    hasCheck: often(true, fc.constant(false)),
    retries: fc.constantFrom(1, 2),
    graceMs: fc.constantFrom(50, 400),
    startTimeoutMs: fc.constantFrom(150, 600, 1_500),
    scripts: fc.array(script, { minLength: 1, maxLength: 3 }),
  });

type Drawn = ReturnType<typeof service> extends fc.Arbitrary<infer Value> ? Value : never;

const settings = fc.record({
  parallelStart: often(true, fc.constant(false)),
  parallelKill: often(true, fc.constant(false)),
  startupVerification: fc.boolean(),
  maxRetries: fc.nat(2),
  startLimit: often<number | null>(null, fc.constantFrom(1, 2)),
});

export function arbitraryScenario(): fc.Arbitrary<Scenario> {
  return fc
    .integer({ min: 1, max: 6 })
    .chain((size) => {
      const names = Array.from({ length: size }, (_, index) => nameOf(index));
      return fc.record({
        drawn: fc.tuple(...names.map((_, index) => service(index))),
        order: fc.shuffledSubarray(names, { minLength: size }),
        first: start(names),
        commands: fc.array(timed(names), { maxLength: 5 }),
        settings,
      });
    })
    .map(({ drawn, order, first, commands, settings: chosen }) => {
      const specs = drawn.map((one, index) => specOf(one, index, drawn));
      const services = order.flatMap((name) => specs.find((one) => one.name === name) ?? []);
      return {
        [fc.toStringMethod]: () =>
          JSON.stringify({ drawn, order, chosen, first, commands }, withoutUsual, 1).replaceAll(/\n +/g, " "),
        file: fileOf(services, chosen),
        scripts: new Map(
          drawn.map(({ scripts }, index) => [nameOf(index), scripts.map((one) => scriptOf(one, specs[index]))]),
        ),
        commands: [{ gapMs: 0, waits: false, command: first }, ...commands],
      };
    });
}

/** A counterexample shows what is special about it. */
function withoutUsual(key: string, value: unknown): unknown {
  const isNothing = value === 0 && !key.endsWith("AfterMs");
  const isUsual = value === null || value === false || value === "runs" || isNothing;
  return isUsual || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

function nameOf(index: number): string {
  return `s${index}`;
}

function specOf(drawn: Drawn, index: number, all: readonly Drawn[]): ServiceSpec {
  // As config/ has it: what somebody wants completed is a task.
  const isTask =
    drawn.isTask ||
    all.some(({ edges }) => edges.some(({ to, condition }) => to === index && condition === "completed"));
  const name = nameOf(index);
  const dependsOn = drawn.edges.map(({ to, ...details }) => edge(nameOf(to), details));
  const plain = checked(name, dependsOn, drawn.retries);
  return {
    ...plain,
    type: isTask ? "task" : "service",
    healthCheck: drawn.hasCheck && !isTask ? plain.healthCheck : { kind: "none" },
    restart: isTask ? { kind: drawn.retriesTask ? "on-failure" : "no", limit: 2 } : drawn.policy,
    onUnhealthy: drawn.onUnhealthy,
    stdinOpen: drawn.stdinOpen,
    stopGraceMs: drawn.graceMs,
    startTimeoutMs: drawn.startTimeoutMs,
  };
}

/** A task ends by itself, sooner or later. */
function scriptOf(one: Script, of: ServiceSpec | undefined): Script {
  return of?.type === "task" ? { ...one, endsAfterMs: one.endsAfterMs ?? 100 } : one;
}

function start(names: readonly string[]): fc.Arbitrary<Command> {
  return fc.record({
    kind: fc.constant("start" as const),
    services: some(names),
    strategy: fc.constantFrom("waves" as const, "eager" as const, null),
    dependencies: often<"start" | "ignore">("start", fc.constant("ignore")),
    failFast: often(false, fc.constant(true)),
    fresh: often(false, fc.constant(true)),
    restart: fc.constant(null),
    reload: fc.constant(null),
  });
}

function timed(names: readonly string[]): fc.Arbitrary<TimedCommand> {
  const restart = some(names).map((services): Command => ({
    kind: "start",
    services,
    strategy: null,
    dependencies: "start",
    failFast: false,
    fresh: false,
    restart: { names: services, because: "asked" },
    reload: null,
  }));
  const reload = fc.boolean().map((dryRun): Command => ({
    kind: "start",
    services: [],
    strategy: null,
    dependencies: "start",
    failFast: false,
    fresh: false,
    restart: null,
    reload: { dryRun },
  }));
  const stop = fc.record({
    kind: fc.constant("stop" as const),
    services: some(names),
    force: often(false, fc.constant(true)),
    timeoutMs: often<number | null>(null, fc.constantFrom(0, 60)),
    ordered: often(false, fc.constant(true)),
  });
  const rare = fc.oneof(
    fc.constantFrom(1 as const, 2 as const).map((level): Command => ({ kind: "interrupt", level })),
    fc.constantFrom<Command>(
      { kind: "kill-nine", at: "now" },
      { kind: "kill-nine", at: "next-spawn" },
      { kind: "retire" },
    ),
    fc.constantFrom(...names).map((name): Command => ({ kind: "edit", service: name })),
  );
  return fc.record({
    gapMs: fc.constantFrom(0, 1, 3, 20, 120, 400, 1_200),
    waits: fc.boolean(),
    command: fc.oneof<fc.Arbitrary<Command>[]>(start(names), stop, restart, reload, rare, rare),
  });
}

function some(names: readonly string[]): fc.Arbitrary<string[]> {
  return often<string[]>([], fc.subarray([...names], { minLength: 1 }));
}
