import * as z from "zod";
import { outputModes } from "../model/repository-workspace.ts";
import {
  choice,
  duration,
  environment,
  flag,
  interpolated,
  map,
  maybe,
  numberOr,
  scalar,
  text,
} from "./schema-parts.ts";
import { commandModes, commandWeights, restartChoices } from "./workspace-words.ts";

const count = numberOr("a whole number", "^\\d+$");
const texts = (one: string, example: string) => z.array(text(one), { error: `a list such as ${example}` });

const scan = map(
  {
    depth: count.optional().describe("Levels of folders below the root that are looked at. Default 4."),
    markers: texts("the name of a file or folder", "[.git]")
      .optional()
      .describe("A folder that holds one of these is a repository. Default [.git, .jj]."),
    exclude: texts("the name of a folder, or a glob", "[node_modules]")
      .optional()
      .describe("Folders that are not entered. Default [node_modules, vendor]."),
    nested: flag.optional().describe("Whether repositories inside repositories count. Default false."),
  },
  "a map such as { depth: 4 }, or true or false",
);

const listed = map(
  {
    path: text("the path of a folder").describe("Relative to the root."),
    name: text("text").optional().describe("Default: the path."),
    tags: maybe(texts("the name of a tag", "[backend]")).describe("What tag expressions choose by."),
    env: maybe(environment).describe("Variables of the commands in this repository."),
    timeout: duration.optional().describe("How long a command may take here."),
  },
  "a map such as { path: backend/auth }",
);

const repositories = map(
  {
    scan: z
      .union([z.boolean(), text("true or false").meta(interpolated), scan], {
        error: "a map such as { depth: 4 }, or true or false",
      })
      .optional()
      .describe("Folders are searched for repositories; not when there is a list and no scan."),
    list: maybe(z.array(listed, { error: "a list such as [{ path: backend/auth }]" })).describe(
      "Repositories with a name, tags or variables of their own.",
    ),
  },
  "a map with scan or list",
);

const group = z.union(
  [
    texts("a glob of names", "[frontend/*]"),
    map(
      { tags: text('a tag expression such as "backend && !legacy"').describe("Those whose tags make this true.") },
      "a list of globs, or a map with tags",
    ),
  ],
  { error: "a list of globs, or a map with tags" },
);

const repositoryCommand = map(
  {
    argv: z
      .array(scalar("text"), { error: "a list such as [git, status]" })
      .describe("Executed as it stands, without a shell; {name} {path} {rel} {branch} {index} {args} are filled in."),
    mode: choice(commandModes).optional().describe("Default by the command's name, else parallel."),
    timeout: duration.optional().describe("Default run.timeout."),
    weight: choice(commandWeights).optional().describe("cpu: no more at once than there are cores. Default io."),
    keep_going: flag.optional().describe("Sequential: go on after a failure. Default false; stop, uninstall: true."),
    restart: choice(restartChoices).optional().describe("Watch: what to do when it ends by itself. Default no."),
    max_restarts: count.optional().describe("Watch: how often in a row. Default: without end."),
    env: maybe(environment).describe("Variables of this command."),
  },
  "a map with at least argv",
);

const run = map(
  {
    jobs: count.optional().describe("Workers of a parallel command. Default: at most 10, by the command's weight."),
    timeout: duration.optional().describe("How long a command may take in one repository. Default 300 seconds."),
    kill_grace: duration.optional().describe("From SIGTERM to SIGKILL. Default 5 seconds."),
    output: choice(outputModes).optional().describe("Default auto: stream on a terminal, grouped elsewhere."),
  },
  "a map such as { jobs: 10 }",
);

/** The shape of the key `workspace`. */
export const workspaceSchema = map(
  {
    root: text("the path of a folder").optional().describe("Relative to the folder of services.yaml, the default."),
    allow_outside: maybe(texts("the path of a folder", "[../shared]")).describe(
      "Folders outside the root in which repositories may lie too.",
    ),
    repositories: maybe(repositories).describe("Where the repositories are. Default: a scan of the root."),
    groups: maybe(z.record(z.string(), group, { error: "a map from names to groups" })).describe(
      "Repositories to choose by one name: globs of names, or { tags: expression }.",
    ),
    commands: maybe(z.record(z.string(), repositoryCommand, { error: "a map from names to commands" })).describe(
      "What to run in each repository, by name.",
    ),
    program: text("the name of a program")
      .optional()
      .describe("Runs every command that is not declared: PROGRAM NAME args."),
    run: maybe(run).describe("How commands run."),
  },
  "a map such as { repositories: { scan: { depth: 4 } } }",
);
