import { userError } from "../diagnostic/user-error.ts";
import type { Emit, StartEnd, StopReport } from "../model/event.ts";
import type { ServicesFile } from "../model/services-file.ts";
import { executableProblem } from "../process/find-executable.ts";
import { attendCommand } from "./attend-command.ts";
import { codeOfSignal } from "./exit-code-of-service.ts";
import { type StartConversation, startServices } from "./start-services.ts";
import { stopStarted, type StopStarted } from "./stop-started.ts";

export interface RunWithConversation extends Omit<StartConversation, "readServices"> {
  /** Reads services.yaml; `environment` is the command's. */
  readonly readServices: () => Promise<{
    readonly services: ServicesFile;
    readonly environment: Readonly<Record<string, string>>;
  }>;
  readonly stopFromDisk: StopStarted["stopFromDisk"];
  /** Told when services are up and the command is about to run; what is shown of it afterwards is its own. */
  readonly onStarted: (end: StartEnd) => void;
  /** Told instead when they are not: the command is not run. */
  readonly onNotStarted: (end: StartEnd) => void;
  /** The events of the stop at the end. */
  readonly emitStop: Emit;
}

export interface RunWithEnd {
  /** The command's, or the start's where the command was not run. */
  readonly exitCode: number;
  /** The signal that ended it and that we got too: whoever waits for us is to see the same. */
  readonly signal: NodeJS.Signals | null;
  /** null: there was nothing to stop. */
  readonly report: StopReport | null;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Starts services, runs a command, and stops what it started; what ran before stays up.
 *
 * @param argv Program and arguments.
 * @throws {UserError} `PROGRAM_NOT_FOUND` (exit code 127; 126 where it may not be executed), where possible before anything is started; and as
 *   `startServices` does.
 */
export async function runWith(
  conversation: RunWithConversation,
  services: readonly string[],
  profiles: readonly string[],
  { argv, cwd }: { readonly argv: readonly [string, ...string[]]; readonly cwd: string },
): Promise<RunWithEnd> {
  const { readServices, onStarted, onNotStarted, emit } = conversation;
  // Between two of our stages nobody else would mind a signal.
  const mind = (): void => {};
  for (const signal of signals) process.on(signal, mind);
  let environment: Readonly<Record<string, string>> = {};
  let file: ServicesFile | null = null;
  let hasJoined = false;
  try {
    const started = await startServices(
      {
        ...conversation,
        hangUp: true,
        async readServices() {
          const read = await readServices();
          ({ environment, services: file } = read);
          const problem = executableProblem(argv[0], cwd, environment["PATH"] ?? "/usr/bin:/bin");
          if (problem !== null) throw notRunnable(argv[0], problem);
          return read.services;
        },
        emit(event) {
          // Somebody else's start, and somebody else's services.
          if (event.type === "operation-joined") hasJoined = true;
          emit(event);
        },
      },
      {
        kind: "start",
        services,
        profiles,
        strategy: null,
        noDependencies: false,
        failFast: false,
        fresh: false,
      },
    );
    // Of a Ctrl-C that came as the start was finishing the supervisor knew too late: it counts all the same.
    const exitCode = started.signal === null ? started.end.exitCode : 130;
    const isUp = exitCode === 0;
    if (isUp) onStarted(started.end);
    else onNotStarted(started.end);
    const ran = isUp ? await attendCommand(argv, { cwd, environment }) : null;
    const own = hasJoined ? [] : started.end.services.filter(({ unchanged }) => !unchanged).map(({ name }) => name);
    const report = await stopStarted(conversation, file, own);
    if (ran === null) {
      return { exitCode, signal: exitCode === 130 ? (started.signal ?? "SIGINT") : null, report };
    }
    if ("error" in ran.end) throw notRunnable(argv[0], ran.end.error);
    const { code, signal } = ran.end;
    if (signal === null) return { exitCode: code, signal, report };
    return { exitCode: codeOfSignal(signal), signal: ran.received.has(signal) ? signal : null, report };
  } finally {
    for (const signal of signals) process.off(signal, mind);
  }
}

function notRunnable(program: string, errno: string): Error {
  if (errno === "ENOENT") {
    return userError("PROGRAM_NOT_FOUND", `There is no program "${program}"`, {
      hint: "It is looked for along PATH, as it is in this shell, in .env and in the environment of services.yaml. What a shell would do (aliases, pipes, variables) takes one: sh -c '…'.",
      exitCode: 127,
    });
  }
  return userError("PROGRAM_NOT_FOUND", `"${program}" cannot be executed (${errno})`, {
    hint: "Is it a file, and may it be executed? chmod +x makes it so.",
    exitCode: 126,
  });
}
