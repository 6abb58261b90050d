import type { OptionSpecs } from "./option-spec.ts";

/** The options that say which workspace is meant and select among its repositories, the same for every command that is about them. */
export const selectionOptions = {
  repo: { type: "string", short: "r", multiple: true, placeholder: "glob", description: "only those of this name" },
  group: { type: "string", short: "g", multiple: true, placeholder: "name", description: "only those of this group" },
  tags: {
    type: "string",
    short: "t",
    multiple: true,
    placeholder: "expression",
    description: "only those with these tags: 'backend && !legacy'",
  },
  exclude: {
    type: "string",
    short: "x",
    multiple: true,
    placeholder: "glob",
    description: "all but those of this name",
  },
  dirty: { type: "boolean", description: "only those with something that is not committed" },
  branch: { type: "string", multiple: true, placeholder: "glob", description: "only those on this branch" },
  changedSince: { type: "string", placeholder: "commit", description: "only those that differ from this commit" },
  reposFrom: {
    type: "string",
    placeholder: "path",
    description: "only those a file names, a name or a path a line; - reads standard input",
  },
  file: {
    type: "string",
    placeholder: "path",
    description: "the services file; default: services.yaml here or above, if there is one",
  },
} as const satisfies OptionSpecs;
