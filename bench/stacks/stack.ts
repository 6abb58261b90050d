/** A service as every engine is told to run it: one of the C programs of bench/programs. */
export interface BenchService {
  readonly name: string;
  readonly port: number;
  readonly readyAfterMs: number;
  readonly dependsOn: readonly string[];
  readonly hasGrandchild: boolean;
  readonly ignoresTerm: boolean;
  /** From the stop signal to its end. */
  readonly termMs: number;
  /** Not null: it is a chatter, which writes so many lines once it is told to. */
  readonly lines: number | null;
}

export interface Stack {
  /** In an order in which each stands behind what it depends on. */
  readonly services: readonly BenchService[];
  readonly strategy: "waves" | "eager";
  /** What an engine with health checks is told to ask. */
  readonly probe: "tcp" | "http";
  readonly graceMs: number;
  /** What ended by itself is started again. */
  readonly restarts: boolean;
}

type Shape = Partial<BenchService> & { readonly name: string };

/** Gives every service a port, from `firstPort` on, and every default. */
export function stackOf(firstPort: number, shapes: readonly Shape[], settings: Partial<Stack> = {}): Stack {
  const services = shapes.map((shape, index) => ({
    port: firstPort + index,
    readyAfterMs: 10,
    dependsOn: [],
    hasGrandchild: false,
    ignoresTerm: false,
    termMs: 0,
    lines: null,
    ...shape,
  }));
  return { strategy: "waves", probe: "tcp", graceMs: 10_000, restarts: false, ...settings, services };
}
