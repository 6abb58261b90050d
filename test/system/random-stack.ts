import * as fc from "fast-check";
import { program, steered } from "../support/program.ts";

/** What one run of a program does, in milliseconds after it has reported itself. */
export interface Behaviour {
  readonly kind: "well" | "never-ready" | "dies-before-ready" | "dies-after-ready" | "flaps";
  readonly afterMs: number;
  readonly code: number;
}

export interface Edge {
  readonly to: string;
  readonly condition: "started" | "healthy" | "completed";
  readonly required: boolean;
}

export interface StackService {
  readonly name: string;
  readonly isTask: boolean;
  readonly ignoresTerm: boolean;
  readonly edges: readonly Edge[];
  /** Of its first run, its second, … the last one for ever. */
  readonly behaviours: readonly Behaviour[];
}

/** What a user does. `after`: so many programs must have reported themselves since the step began. */
export type Step =
  | { readonly kind: "start"; readonly names: readonly string[]; readonly flags: readonly string[] }
  | { readonly kind: "restart" | "stop"; readonly names: readonly string[] }
  | { readonly kind: "ctrl-c" | "kill-nine" | "stop-while-starting"; readonly after: number };

export interface Stack {
  readonly services: readonly StackService[];
  readonly steps: readonly Step[];
}

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  kind: fc.oneof(
    { arbitrary: fc.constant("well" as const), weight: 9 },
    {
      arbitrary: fc.constantFrom(
        "never-ready" as const,
        "dies-before-ready" as const,
        "dies-before-ready" as const,
        "dies-after-ready" as const,
        "flaps" as const,
      ),
      weight: 4,
    },
  ),
  afterMs: fc.constantFrom(0, 0, 30, 150, 300),
  code: fc.constantFrom(1, 7),
});

const service = (index: number) =>
  fc.record({
    isTask: fc.nat(4).map((roll) => roll === 0),
    ignoresTerm: fc.nat(4).map((roll) => roll === 0),
    edges: fc.uniqueArray(
      fc.record({
        to: fc.nat(Math.max(0, index - 1)).map(nameOf),
        condition: fc.constantFrom("healthy" as const, "healthy" as const, "started" as const, "completed" as const),
        required: fc.nat(3).map((roll) => roll > 0),
      }),
      { maxLength: index === 0 ? 0 : 2, selector: ({ to }) => to },
    ),
    behaviours: fc.array(behaviour, { minLength: 1, maxLength: 2 }),
  });

/** Two to six services and two to four things that happen to them. */
export function arbitraryStack(): fc.Arbitrary<Stack> {
  return fc.integer({ min: 2, max: 6 }).chain((size) => {
    const names = Array.from({ length: size }, (_, index) => nameOf(index));
    return fc.record({
      services: fc
        .tuple(...names.map((_, index) => service(index)))
        .map((drawn) => drawn.map((one, index) => withTasks({ name: nameOf(index), ...one }, drawn))),
      steps: fc
        .tuple(fc.oneof(starting(names), meeting()), fc.array(step(names), { minLength: 1, maxLength: 3 }))
        .map(([first, rest]) => [first, ...rest]),
    });
  });
}

function step(names: readonly string[]): fc.Arbitrary<Step> {
  const other = fc.record({ kind: fc.constantFrom("restart" as const, "stop" as const), names: maybeSome(names) });
  return fc.oneof(starting(names), other, meeting(), meeting());
}

function starting(names: readonly string[]): fc.Arbitrary<Step> {
  const flags = fc.constantFrom<readonly string[]>([], [], ["--strategy", "eager"], ["--no-deps"], ["--fresh"]);
  return fc.record({ kind: fc.constant("start" as const), names: maybeSome(names), flags });
}

/** Two things at once. */
function meeting(): fc.Arbitrary<Step> {
  const kinds = ["ctrl-c", "kill-nine", "kill-nine", "stop-while-starting"] as const;
  return fc.record({ kind: fc.constantFrom(...kinds), after: fc.nat(3) });
}

function maybeSome(names: readonly string[]): fc.Arbitrary<string[]> {
  return fc.oneof(fc.constant<string[]>([]), fc.subarray([...names], { minLength: 1, maxLength: 2 }));
}

function nameOf(index: number): string {
  return `s${index}`;
}

/** What somebody wants completed is a task. */
function withTasks(one: StackService, all: readonly Pick<StackService, "edges">[]): StackService {
  const wanted = all.flatMap(({ edges }) => edges.filter(({ condition }) => condition === "completed"));
  return wanted.some(({ to }) => to === one.name) ? { ...one, isTask: true } : one;
}

/** The stack as a services.yaml. Only what is meant not to become ready in time has little time. */
export function yamlOf({ services }: Stack): string {
  const lines = services.map((one) => {
    const { name, isTask, ignoresTerm, behaviours } = one;
    const flags = ignoresTerm ? ["--ignore", "SIGTERM"] : [];
    const never = behaviours.some(({ kind }) => kind === "never-ready");
    const keys = [
      `depends_on: { ${one.edges.map(edgeText).join(", ")} }`,
      `stop_grace_period: ${ignoresTerm ? "200ms" : "20s"}`,
      ...(isTask ? ["type: task"] : [`start_timeout: ${never ? "1s" : "30s"}`]),
    ].join(", ");
    if (isTask) return `  ${name}: { command: ${program(name, ...flags)}, ${keys} }`;
    return `  ${name}: ${steered(name, keys, { flags, check: "interval: 100ms, retries: 2" })}`;
  });
  return `settings: { max_parallel_retries: 1 }\nservices:\n${lines.join("\n")}\n`;
}

function edgeText({ to, condition, required }: Edge): string {
  return `${to}: { condition: ${condition}, required: ${required} }`;
}
