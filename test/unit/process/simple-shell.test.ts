import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { commandArgv } from "../../../scripts/lib/process/command-argv.ts";
import { isSimpleCommand, programOf } from "../../../scripts/lib/process/simple-shell.ts";

test.each([
  "node server.js",
  "  node server.js\n",
  'redis-server --port ${REDIS_PORT:-6379} --save ""',
  "node -e 'a; b && c | d'",
  String.raw`node -e "say(\"it's\"); done"`,
  String.raw`find . -name \*.ts`,
  "./bin/start-dev.sh --flag=$VALUE",
  "npm run dev -- --port=3000",
  "python3.12 -m http.server",
  "ls *.ts",
])("one program: %j", (text) => {
  expect(isSimpleCommand(text)).toBe(true);
  expect(commandArgv({ kind: "shell", text })).toEqual(["/bin/sh", "-c", `exec ${text.trim()}`]);
});

test.each([
  "",
  "a; b",
  "a && b",
  "a & b",
  "a &",
  "a | b",
  "a > file",
  "a < file",
  "(a)",
  "{ a; }",
  "a `b`",
  "a $(b)",
  'a "$(b)"',
  "a\nb",
  "A=1 b",
  "cd /tmp",
  "echo hello",
  "exec node x",
  ". ./env",
  "if true",
  "! a",
  "[ -f x ]",
  "$PROGRAM x",
  "${PREFIX} node x",
  '"my program" x',
  "~/bin/x",
  "a # comment",
  "a 'b",
  'a "b',
  "a ${X:=1}",
  "a ${X:?missing}",
  "a ${X:-${Y}}",
  "a ${X:-`b`}",
  `a "it's" ; b "it's"`,
  String.raw`a 'b\' ; c 'd\'`,
  "a $'x'",
  "-x",
  "time make",
])("a job for the shell: %j", (text) => {
  expect(isSimpleCommand(text)).toBe(false);
  expect(commandArgv({ kind: "shell", text })).toEqual(["/bin/sh", "-c", text]);
});

test("the program's name", () => {
  expect(programOf(" node x")).toBe("node");
  expect(programOf("./a/b.sh")).toBe("./a/b.sh");
  expect(programOf("'a b' c")).toBeNull();
});

test("whatever is called simple does the same with exec as without", () => {
  const piece = fc.constantFrom(
    ..."a 'b' \" ' ; && | & > /dev/null # \\ \\; \\\\ $X ${X} ${X:-d} ${Y-e} ${X:+f} $( ) ` { } * ~ = $$ ! ".split(" "),
    " ",
    '"it\'s"',
    "'\"'",
    '"a;b"',
    "\n",
    "echo",
    '"${X}"',
    String.raw`"\""`,
  );
  const run = (script: string): string => {
    try {
      const output = execFileSync("/bin/sh", ["-c", script], {
        encoding: "utf8",
        env: { PATH: "/usr/bin:/bin", X: "x y" },
        stdio: ["ignore", "pipe", "ignore"],
      });
      return `0 ${output}`;
    } catch (error) {
      return error instanceof Error && "status" in error ? String(error.status) : "?";
    }
  };
  let simple = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = `printenv-or-not ${pieces.join("")}`.replace("printenv-or-not", "/usr/bin/printf %s,");
      if (!isSimpleCommand(text)) return;
      simple += 1;
      // $$ is the same process only without exec's help; it is the shell's in both.
      expect(run(`exec ${text}`.replaceAll("$$", "P"))).toBe(run(text.replaceAll("$$", "P")));
    }),
    { numRuns: 400 },
  );
  expect(simple).toBeGreaterThan(20);
});
