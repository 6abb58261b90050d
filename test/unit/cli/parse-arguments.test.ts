import { expect, expectTypeOf, test } from "vitest";
import { parseArguments } from "../../../scripts/lib/cli/parse-arguments.ts";
import { UserError } from "../../../scripts/lib/diagnostic/user-error.ts";

const specs = {
  lines: { type: "number", short: "n", integer: true, default: 20, description: "Lines to show" },
  timeout: { type: "number", description: "Seconds to wait" },
  follow: { type: "boolean", short: "f", description: "Go on" },
  strategy: { type: "string", choices: ["waves", "eager"], default: "waves", description: "How" },
  format: { type: "string", choices: ["text", "mermaid"], description: "Which" },
  profile: { type: "string", multiple: true, description: "Which" },
  file: { type: "string", description: "Which" },
  noDeps: { type: "boolean", description: "Only them" },
} as const;

function run(...argv: string[]) {
  const parsed = parseArguments(argv, specs, true);
  if (parsed.ask !== "run") throw new Error(parsed.ask);
  return parsed;
}

/** The mistakes as "message | hint". */
function mistakes(...argv: string[]): string[] {
  try {
    run(...argv);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.exitCode).toBe(64);
    return error.problems.map(({ code, message, hint }) => {
      expect(code).toBe("USAGE");
      return hint === null ? message : `${message} | ${hint}`;
    });
  }
  return [];
}

test("what is not given is its default, false, null or an empty list", () => {
  const { args, options } = run();
  expect(args).toEqual([]);
  expect(options).toEqual({
    lines: 20,
    timeout: null,
    follow: false,
    strategy: "waves",
    format: null,
    profile: [],
    file: null,
    noDeps: false,
  });
});

test("the types say what can be there", () => {
  const { options } = run();
  expectTypeOf(options.lines).toEqualTypeOf<number>();
  expectTypeOf(options.timeout).toEqualTypeOf<number | null>();
  expectTypeOf(options.follow).toEqualTypeOf<boolean>();
  expectTypeOf(options.strategy).toEqualTypeOf<"waves" | "eager">();
  expectTypeOf(options.format).toEqualTypeOf<"text" | "mermaid" | null>();
  expectTypeOf(options.profile).toEqualTypeOf<readonly string[]>();
  expectTypeOf(options.file).toEqualTypeOf<string | null>();
});

test("options and positionals in any order, short and long, inline and apart", () => {
  const { args, options } = run("web", "-fn5", "--strategy=eager", "--profile", "a", "db", "--profile=b", "--no-deps");
  expect(args).toEqual(["web", "db"]);
  expect(options).toMatchObject({ lines: 5, follow: true, strategy: "eager", profile: ["a", "b"], noDeps: true });
});

test("of a repeated option the last value counts", () => {
  expect(run("-n", "1", "--lines", "2").options.lines).toBe(2);
});

test("after -- everything is positional", () => {
  expect(run("--", "-n", "--help", "web").args).toEqual(["-n", "--help", "web"]);
});

test("numbers: fractions where they are allowed, nothing else", () => {
  expect(run("--timeout", "0.5").options.timeout).toBe(0.5);
  expect(mistakes("--timeout", "-1")).toEqual(['--timeout must be a number, zero or more, but is "-1"']);
  expect(mistakes("-n", "abc")).toEqual(['-n must be a whole number, zero or more, but is "abc"']);
  expect(mistakes("--lines=2.5")).toEqual(['--lines must be a whole number, zero or more, but is "2.5"']);
  for (const wrong of ["", " 1", "1e3", "0x10", "Infinity", "1_000", ".5", "1."]) {
    expect(mistakes(`--timeout=${wrong}`), wrong).toHaveLength(1);
  }
});

test("every mistake is named at once, with what was probably meant", () => {
  expect(mistakes("--folow", "--strategy", "eagr", "-x", "--profile")).toEqual([
    'Unknown option --folow | Did you mean "--follow"?',
    '--strategy must be waves or eager, but is "eagr" | Did you mean "eager"?',
    "Unknown option -x",
    "--profile needs a value",
  ]);
});

test("an option behind a name may be meant for what is run, where something is run", () => {
  const hintOf = (argv: readonly string[], takesTail: boolean) => {
    try {
      parseArguments(argv, specs, true, takesTail);
    } catch (error) {
      if (error instanceof UserError) return error.problems[0].hint;
      throw error;
    }
    throw new Error("nothing was wrong");
  };
  expect(hintOf(["test", "--watch"], true)).toBe("Options of what is run stand behind --: -- --watch.");
  expect(hintOf(["test", "--folow"], true)).toMatch(/^Did you mean "--follow"\? Options of what is run stand/);
  expect(hintOf(["--watch", "test"], true)).toBeNull();
  expect(hintOf(["test", "--watch"], false)).toBeNull();
});

test("seconds are named", () => {
  const seconds = { wait: { type: "number", placeholder: "seconds", description: "" } } as const;
  expect(() => parseArguments(["--wait=5m"], seconds, false)).toThrow(
    '--wait must be a number of seconds, zero or more, but is "5m"',
  );
});

test("a forgotten value does not swallow the next option", () => {
  expect(mistakes("--file", "--follow")).toEqual([
    '--file needs a value, but "--follow" looks like an option | If "--follow" is the value, write --file=--follow.',
  ]);
  expect(run("--file=--follow").options.file).toBe("--follow");
  expect(run("--file", "-").options.file).toBe("-");
});

test("a flag takes no value", () => {
  expect(mistakes("--follow=yes")).toEqual(['--follow takes no value, but got "yes"']);
});

test("positionals where none are taken", () => {
  expect(() => parseArguments(["web"], specs, false)).toThrow('Unexpected argument "web"');
  const { repo } = { repo: { type: "string", multiple: true, description: "" } } as const;
  expect(() => parseArguments(["web"], { repo }, false)).toThrow(
    expect.objectContaining({ problems: [expect.objectContaining({ hint: "To choose by name: --repo web." })] }),
  );
  const positive = { wait: { type: "number", positive: true, description: "" } } as const;
  for (const value of ["0", "0.0", "abc"]) {
    expect(() => parseArguments([`--wait=${value}`], positive, false)).toThrow(
      `--wait must be a number, more than zero, but is "${value}"`,
    );
  }
  expect(parseArguments(["--wait=0.1"], positive, false)).toMatchObject({ options: { wait: 0.1 } });
});

test("--help and --version win over mistakes", () => {
  expect(parseArguments(["--bogus", "-h"], specs, true)).toEqual({ ask: "help" });
  expect(parseArguments(["--bogus", "--version"], specs, true)).toEqual({ ask: "version" });
});

test("names of Object's prototype are no options", () => {
  expect(mistakes("--constructor", "--__proto__")).toEqual([
    "Unknown option --constructor",
    "Unknown option --__proto__",
  ]);
});
