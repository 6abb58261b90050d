import * as z from "zod";
import { conditionSpellings } from "./dependencies.ts";
import { restartPolicies } from "./restart-policy.ts";
import {
  choice,
  duration,
  environment,
  flag,
  interpolated,
  map,
  maybe,
  numberOr,
  oneOf,
  scalar,
  text,
} from "./schema-parts.ts";
import { settingDefinitions } from "./setting-definitions.ts";
import { namePattern } from "./service-names.ts";
import { workspaceSchema } from "./workspace-schema.ts";

const port = numberOr("a port such as 8000", "^((\\[[0-9a-fA-F:.]+\\]|[^:\\[\\]]+):)?\\d{1,5}$");

const envFile = z.union(
  [
    z.string(),
    z.array(
      z.union(
        [
          z.string(),
          map({ path: text("the path of a file"), required: flag.optional() }, "a path or { path, required }"),
        ],
        {
          error: "a path or { path, required }",
        },
      ),
    ),
  ],
  { error: "a path or a list of paths" },
);

const headers = z.record(z.string(), scalar("text or a number"), { error: "a map such as { Accept: text/html }" });
const oneStatus = numberOr(
  "a status such as 200 or a range such as 200-299",
  "^([1-5][0-9][0-9](\\s*-\\s*[1-5][0-9][0-9])?|[1-5]xx)$",
);
const status = z.union([oneStatus, z.array(oneStatus)], {
  error: "a status, a range such as 200-299, or a list of them",
});
const pattern = text("a regular expression").meta({ format: "regex" });
const httpFields = {
  method: text("an HTTP method such as GET").optional(),
  headers: headers.optional(),
  status: status.optional(),
  body: pattern.optional(),
};
const command = (expects: string) => z.union([z.string(), z.array(scalar("text"))], { error: expects });
const probeCommand = command("a command: text for a shell, or a list");

const healthcheck = z
  .union(
    [
      z.literal("none"),
      z.string().meta(interpolated),
      map(
        {
          http: z
            .union([text("a URL"), map({ url: text("a URL"), ...httpFields }, "a URL or a map with url")], {
              error: "a URL or a map with url",
            })
            .optional()
            .describe("Ready when this URL answers with the right status."),
          ...httpFields,
          tcp: z
            .union([port, z.array(port)], { error: "a port, host:port, or a list of them" })
            .optional()
            .describe("Ready when this port accepts a connection."),
          exec: probeCommand.optional().describe("Ready when this command exits with 0."),
          test: probeCommand
            .optional()
            .describe("Compose's spelling of exec: text, [CMD, …], [CMD-SHELL, text] or [NONE]."),
          log: pattern.optional().describe("Ready when a line the service writes matches."),
          file: text("the path of a file").optional().describe("Ready when this file exists; relative to working_dir."),
          wait_on: z
            .union([z.string(), z.array(text("a resource such as tcp:8000"))], {
              error: "a resource such as tcp:8000, or a list of them",
            })
            .optional()
            .describe("Ready when all of these are, in the syntax of the package wait-on."),
          none: flag.optional().describe("true: no health check."),
          disable: flag.optional().describe("Compose's spelling of none."),
          interval: duration.optional().describe("Between two checks of a ready service."),
          timeout: duration.optional().describe("How long one check may take. Default 2s."),
          retries: numberOr("a whole number", "^\\d+$")
            .optional()
            .describe("Failures in a row that make a service unhealthy. Default 3."),
          start_period: duration.optional().describe("After ready, failures do not count for so long. Default 0."),
        },
        "a map, or none",
      ),
    ],
    { error: "a map, or none" },
  )
  .describe("When the service is ready.");

const dependsOn = z.union(
  [
    z.array(text("the name of a service")),
    z.record(
      z.string(),
      map(
        {
          condition: choice(Object.keys(conditionSpellings)).optional(),
          required: flag.optional(),
          restart: flag.optional(),
        },
        "a map such as { condition: healthy }",
      ).nullable(),
    ),
  ],
  { error: "a list of names, or a map from names to conditions" },
);

const service = map(
  {
    command: command("text for a shell, or a list such as [node, server.js]").describe(
      "What to run: text for /bin/sh, or a list executed as it stands.",
    ),
    working_dir: text("the path of a folder")
      .optional()
      .describe("Relative to the folder of services.yaml, which is the default."),
    type: choice(["service", "task"]).optional().describe("task: runs once, exit 0 counts as ready."),
    depends_on: maybe(dependsOn).describe("What must be ready before this starts."),
    ports: maybe(z.array(port, { error: "a list such as [8000]" })).describe("Ports the program listens on."),
    healthcheck: healthcheck.optional(),
    restart: oneOf(
      "no, on-failure, on-failure:N, always or unless-stopped",
      { enum: restartPolicies },
      { pattern: "^on-failure:\\d+$" },
    )
      .optional()
      .describe("What to do when the program ends by itself. Default no."),
    on_unhealthy: choice(["report", "restart"]).optional().describe("Default report."),
    stop_signal: z
      .union([z.string(), z.number()], { error: "the name of a signal such as SIGTERM" })
      .optional()
      .describe("Default SIGTERM."),
    stop_grace_period: duration.optional().describe("From the stop signal to SIGKILL. Default PARALLEL_KILL_TIMEOUT."),
    start_timeout: duration
      .optional()
      .describe("From the first spawn to ready. Default PARALLEL_START_TIMEOUT, for tasks 10m."),
    min_uptime: duration.optional().describe("Without a health check: ready when it has lived so long. Default 250ms."),
    environment: maybe(environment).describe("Variables of this service."),
    env_file: maybe(envFile).describe("Files of variables for this service."),
    profiles: maybe(z.array(text("the name of a profile"), { error: "a list such as [full]" })).describe(
      "Started only when one of these profiles, or the service itself, is asked for.",
    ),
    stdin_open: flag.optional().describe("true: an input that never ends. Default false."),
    tty: flag.optional().describe("Not supported."),
    keep_alive: maybe(z.array(pattern, { error: "a list of regular expressions" })).describe(
      "Daemons whose command line matches may outlive the service.",
    ),
  },
  "a map with at least a command",
);

const settings = z.strictObject(
  Object.fromEntries(
    settingDefinitions.map(({ variable, kind, meaning }) => [
      variable.toLowerCase(),
      (kind === "flag"
        ? flag
        : kind === "size"
          ? numberOr("a size such as 50MB or 512KiB", "^\\d*\\.?\\d+\\s*([kKmMgG]([iI]?[bB])?|[bB])?$")
          : numberOr(kind === "seconds" ? "a number of seconds" : "a whole number", "^\\d+(\\.\\d+)?$")
      )
        .nullish()
        .describe(meaning),
    ]),
  ),
  {
    error: ({ code }) =>
      code === "unrecognized_keys"
        ? settingDefinitions.map(({ variable }) => variable.toLowerCase()).join(" ")
        : "a map such as { parallel_start_timeout: 60 }",
  },
);

/** The shape of services.yaml: which keys there are and what kind of value each takes. */
export const servicesSchema = map(
  {
    name: text("text").optional().describe("Default: the name of the folder."),
    env_file: maybe(envFile).describe("Default .env, when it exists."),
    environment: maybe(environment).describe("Variables of every service."),
    settings: maybe(settings).describe("Tuning; .env and the environment override it."),
    services: z
      .record(z.string().meta({ pattern: namePattern.source }), service, { error: "a map from names to services" })
      .optional()
      .describe("The services, by name."),
    workspace: maybe(workspaceSchema).describe("Many repositories, and the commands that run in each of them."),
  },
  "a map with the key services",
);
