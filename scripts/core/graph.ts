import { command } from "../lib/cli/command.ts";
import { readServicesFile } from "../lib/config/read-services-file.ts";
import { formatProblem } from "../lib/diagnostic/format-problem.ts";
import { wantsColor } from "../lib/diagnostic/wants-color.ts";
import { selectServices } from "../lib/graph/select-services.ts";
import { sortIntoWaves } from "../lib/graph/sort-into-waves.ts";
import { graphDocument } from "../lib/report/graph-document.ts";
import { graphMermaid } from "../lib/report/graph-mermaid.ts";
import { graphText } from "../lib/report/graph-text.ts";
import { screenOf } from "../lib/report/screen.ts";
import { findWorkspaceRoot } from "../lib/state/find-root.ts";

/** graph: which service waits for which, in waves. Starts nothing. */
export const main = command({
  summary: "Show the dependency graph and its waves",
  positionals: { name: "service", description: "show only these and what they need; default: all" },
  options: {
    format: {
      type: "string",
      choices: ["text", "mermaid"],
      default: "text",
      description: "for reading, or for a page",
    },
    json: { type: "boolean", description: "the graph as JSON on stdout" },
    profile: { type: "string", multiple: true, description: "enable the services of this profile" },
    file: {
      type: "string",
      placeholder: "path",
      description: "the services file; default: services.yaml here or above",
    },
  },
  examples: ["", "worker", "--format mermaid > graph.mmd"],
  exitCodes: [
    [0, "shown"],
    [78, "services.yaml is wrong"],
  ],
  async run({ args, options, context: { stdout, stderr, env, cwd } }) {
    const { file } = findWorkspaceRoot(cwd, options.file);
    const read = await readServicesFile({ file, ambient: env, profiles: options.profile, activate: args });
    for (const warning of read.warnings) stderr.write(`${formatProblem(warning, wantsColor(stderr, env))}\n`);
    const waves = sortIntoWaves(selectServices(read.services, args, { dependencies: true }));
    if (options.json) stdout.write(`${JSON.stringify(graphDocument(read.name, waves), null, 2)}\n`);
    else if (options.format === "mermaid") stdout.write(graphMermaid(waves));
    else stdout.write(graphText(waves, screenOf(stdout, env)));
    return 0;
  },
});
