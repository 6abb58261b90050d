/** Every command a user may type, as the overview shows it. Tests compare it with the launcher's list and with each command's own summary. */
export const commandSummaries = [
  { name: "start_dev", alias: "start", summary: "Start every service, in waves" },
  { name: "status", alias: null, summary: "Show how every service stands" },
  { name: "stop", alias: null, summary: "Stop every service at once and make sure that nothing is left" },
  { name: "restart", alias: null, summary: "Restart services" },
  { name: "reload", alias: null, summary: "Apply what changed in services.yaml: only that is restarted" },
  { name: "run_with", alias: null, summary: "Start what a command needs, run it, and stop what was started" },
  { name: "logs", alias: null, summary: "Show what services wrote" },
  { name: "health_check", alias: null, summary: "Ask every service's health now" },
  { name: "wait", alias: null, summary: "Wait until services are ready, for scripts" },
  { name: "graph", alias: null, summary: "Show the dependency graph and its waves" },
  { name: "repos", alias: null, summary: "Show the repositories and how each stands" },
  { name: "run", alias: null, summary: "Run one command in many repositories" },
  { name: "watch", alias: null, summary: "Run a command that goes on, in many repositories at once" },
] as const;
