import { outputModes } from "../model/repository-workspace.ts";
import type { OptionSpecs } from "./option-spec.ts";

/** How `run` runs a command, and what it shows of it. */
export const runOptions = {
  jobs: { type: "number", short: "j", integer: true, positive: true, description: "so many at a time; default: 10" },
  timeout: { type: "number", positive: true, placeholder: "seconds", description: "for each; default: 300" },
  failFast: {
    type: "number",
    integer: true,
    positive: true,
    implied: 1,
    description: "after so many failures begin no more; alone: after one",
  },
  keepGoing: { type: "boolean", description: "one by one: go on after a failure" },
  retries: { type: "number", integer: true, description: "try again so often where it fails" },
  output: {
    type: "string",
    short: "o",
    choices: outputModes,
    description: "auto: stream on a terminal, grouped elsewhere; default: run.output of services.yaml",
  },
  order: {
    type: "string",
    choices: ["completion", "config"],
    default: "completion",
    description: "of grouped output and JSON",
  },
  json: { type: "boolean", description: "the same as --output json: an object a line for each repository" },
  report: { type: "string", multiple: true, placeholder: "kind:path", description: "json:FILE or junit:FILE" },
  joblog: { type: "string", placeholder: "path", description: "a line for each command, in GNU parallel's columns" },
  retryFailed: { type: "boolean", description: "only where the last run was not ok; without a command: the same" },
  dryRun: { type: "boolean", description: "only say what would be run where" },
  shell: { type: "boolean", description: "what follows -- is read by /bin/sh" },
  interactive: { type: "boolean", description: "one by one, each with this terminal" },
  allowEmpty: { type: "boolean", description: "no repository selected is no mistake" },
} as const satisfies OptionSpecs;
