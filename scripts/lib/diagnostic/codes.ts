/**
 * Every code an error or warning of ours can bear. Stable: a code is never renamed or reused.
 * docs/errors.md has one heading for each (a test compares), and each has a test that triggers it.
 */
export const problemCodes = [
  // services.yaml: reading
  "CONFIG_NOT_FOUND",
  "CONFIG_UNREADABLE",
  "YAML_SYNTAX",
  "YAML_DUPLICATE_KEY",
  "YAML_UNKNOWN_TAG",
  "YAML_ALIAS",
  "YAML_BOOLEAN",
  // services.yaml: meaning
  "KEY_UNKNOWN",
  "KEY_MISSING",
  "VALUE_INVALID",
  "SERVICE_NAME_INVALID",
  "SERVICE_NAME_RESERVED",
  "SERVICE_NAME_DUPLICATE",
  "PORT_MAPPING",
  "PORT_DUPLICATE",
  "TTY_UNSUPPORTED",
  "DEPENDENCY_UNKNOWN",
  "DEPENDENCY_CYCLE",
  "DEPENDENCY_OFF_BY_PROFILE",
  "TAG_EXPRESSION_SYNTAX",
  // interpolation, environment files, settings
  "INTERPOLATION_SYNTAX",
  "INTERPOLATION_REQUIRED",
  "VARIABLE_UNSET",
  "ENV_FILE_NOT_FOUND",
  "ENV_FILE_SYNTAX",
  "SETTING_INVALID",
  // commands
  "USAGE",
  "COMMAND_UNKNOWN",
  "SERVICE_UNKNOWN",
  "PROFILE_UNKNOWN",
  "PROGRAM_NOT_FOUND",
  "NODE_TOO_OLD",
  // the workspace and its supervisor
  "WORKSPACE_BUSY",
  "WORKSPACE_UNWRITABLE",
  "SUPERVISOR_FAILED",
  "SUPERVISOR_REPLACED",
  "SUPERVISOR_UNRESPONSIVE",
  "STATE_DAMAGED",
  "STATE_NEWER",
  "RECORD_DAMAGED",
  "LOG_NOT_FOUND",
  // repositories
  "PATH_ESCAPE",
  "NO_REPOSITORIES",
  "REPOSITORY_UNKNOWN",
  "GROUP_UNKNOWN",
  "TAG_UNKNOWN",
  "REVISION_UNKNOWN",
  "SELECTION_EMPTY",
  "COMMAND_UNDECLARED",
] as const;

export type ProblemCode = (typeof problemCodes)[number];
