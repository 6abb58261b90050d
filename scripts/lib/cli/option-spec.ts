interface CommonSpec {
  /** One letter: `n` is typed `-n`. */
  readonly short?: string;
  /** A clause without the full stop, for --help. */
  readonly description: string;
}

interface BooleanSpec extends CommonSpec {
  readonly type: "boolean";
}

interface StringSpec extends CommonSpec {
  readonly type: "string";
  /** May be given more than once; every value is kept, in order. */
  readonly multiple?: boolean;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** What stands for the value in --help; default: the option's name. */
  readonly placeholder?: string;
}

interface NumberSpec extends CommonSpec {
  readonly type: "number";
  /** true: fractions are refused. */
  readonly integer?: boolean;
  /** true: zero is refused too. */
  readonly positive?: boolean;
  readonly default?: number;
  /** What it is when it is given without a value. A value then stands behind `=` only: `--fail-fast`, `--fail-fast=3`. */
  readonly implied?: number;
  readonly placeholder?: string;
}

/** One option of a command. A key `noDeps` is typed `--no-deps`. Numbers are zero or more. */
export type OptionSpec = BooleanSpec | StringSpec | NumberSpec;

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type Word<S> = S extends { readonly choices: readonly (infer C extends string)[] } ? C : string;

type OptionValue<S> = S extends { readonly type: "boolean" }
  ? boolean
  : S extends { readonly type: "number" }
    ? S extends { readonly default: number }
      ? number
      : number | null
    : S extends { readonly multiple: true }
      ? readonly Word<S>[]
      : S extends { readonly default: string }
        ? Word<S>
        : Word<S> | null;

/** What a command gets: flags are false, values null and lists empty when they were not given and have no default. */
export type ParsedOptions<O extends OptionSpecs> = { readonly [K in keyof O]: OptionValue<O[K]> };

/** An option's name as it is typed, without the dashes. */
export function flagName(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
