import { expect, test } from "vitest";
import { helpText } from "../../../scripts/lib/cli/help-text.ts";
import { overview } from "../../../scripts/lib/cli/overview.ts";

test("help is made from the definition", () => {
  const text = helpText(
    {
      summary: "Start every service, in waves",
      positionals: { name: "service", description: "What to start, with all that it needs; none: every service" },
      options: {
        strategy: { type: "string", choices: ["waves", "eager"], default: "waves", description: "What to wait for" },
        file: { type: "string", short: "f", placeholder: "path", description: "The services file" },
        profile: { type: "string", multiple: true, description: "Profile to switch on" },
        timeout: { type: "number", placeholder: "seconds", description: "How long to wait" },
        noDeps: { type: "boolean", description: "Start only what is named" },
      },
      examples: ["", "web --no-deps"],
      exitCodes: [
        [0, "all ready"],
        [2, "some ready"],
      ],
    },
    "groundswell start_dev",
    80,
  );
  expect(text).toBe(`Start every service, in waves

Usage: groundswell start_dev [options] [service...]

Arguments:
  service  What to start, with all that it needs; none: every service

Options:
      --strategy <waves|eager>  What to wait for (default: waves)
  -f, --file <path>             The services file
      --profile <profile>       Profile to switch on (may be repeated)
      --timeout <seconds>       How long to wait
      --no-deps                 Start only what is named
  -h, --help                    show this help
      --version                 show the version

Examples:
  groundswell start_dev
  groundswell start_dev web --no-deps

Exit codes:
  0  all ready
  2  some ready
`);
});

test("texts wrap under themselves, long terms stand alone", () => {
  const text = helpText(
    {
      summary: "Do it",
      usage: "-- CMD",
      options: {
        aVeryLongNameOfAnOption: {
          type: "string",
          placeholder: "something",
          description: "Words that need more than a line of their own here",
        },
      },
      examples: [],
    },
    "groundswell run_with",
    60,
  );
  expect(text).toBe(`Do it

Usage: groundswell run_with -- CMD

Options:
      --a-very-long-name-of-an-option <something>
                                  Words that need more than
                                  a line of their own here
  -h, --help                      show this help
      --version                   show the version
`);
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
});

test("the overview lists every command", () => {
  expect(
    overview([
      { name: "start_dev", summary: "Start every service, in waves" },
      { name: "stop", summary: "Stop what runs" },
    ]),
  ).toContain(`Commands:
  start_dev  Start every service, in waves
  stop       Stop what runs
`);
});
