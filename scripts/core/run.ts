import { command } from "../lib/cli/command.ts";
import { endBySignal } from "../lib/cli/end-by-signal.ts";
import { isOnePipe } from "../lib/cli/is-one-pipe.ts";
import { outlet } from "../lib/cli/outlet.ts";
import { readList } from "../lib/cli/read-list.ts";
import { runOptions } from "../lib/cli/run-options.ts";
import { selectionOptions } from "../lib/cli/selection-options.ts";
import { untilInterrupted } from "../lib/cli/until-interrupted.ts";
import { readWorkspace } from "../lib/config/read-workspace.ts";
import type { FoundRepository, Repository } from "../lib/model/repository.ts";
import type { RunEvent } from "../lib/model/run-event.ts";
import { dryRunHeading, dryRunText } from "../lib/report/dry-run-text.ts";
import { joblogHeader, joblogLine } from "../lib/report/joblog.ts";
import { junitDocument } from "../lib/report/junit.ts";
import { runDocument } from "../lib/report/run-json.ts";
import { beginHeading, forgottenText, unwrittenText } from "../lib/report/run-notes.ts";
import { runScreen } from "../lib/report/run-screen.ts";
import { runSummary } from "../lib/report/run-summary.ts";
import { screenOf } from "../lib/report/screen.ts";
import { selectionNotes } from "../lib/report/selection-notes.ts";
import { shellWords } from "../lib/report/shell-words.ts";
import { visibleName } from "../lib/report/visible-name.ts";
import { attendCommand } from "../lib/session/attend-command.ts";
import { onInterrupt } from "../lib/session/on-interrupt.ts";
import { findServicesFile } from "../lib/state/find-root.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";
import { aggregateOutcomes } from "../lib/workspace/aggregate-outcomes.ts";
import { commandEnvironment } from "../lib/workspace/command-environment.ts";
import { composeArgv, composeShell, needsBranch, placeholderValues } from "../lib/workspace/compose-command.ts";
import { keepLastRun, readLastRun } from "../lib/workspace/last-run.ts";
import { openOutput, resolveMode } from "../lib/workspace/open-output.ts";
import { openSelection } from "../lib/workspace/open-selection.ts";
import { performInteractive } from "../lib/workspace/perform-interactive.ts";
import { performRun } from "../lib/workspace/perform-run.ts";
import { planRun } from "../lib/workspace/plan-run.ts";
import { requestedCommand } from "../lib/workspace/requested-command.ts";
import { openReports } from "../lib/workspace/run-reports.ts";

/** run: one command in many repositories. */
export const main = command({
  summary: "Run one command in many repositories",
  positionals: { name: "command", description: "a command that services.yaml declares, then arguments for it" },
  tail: { name: "program", description: "what to run, no shell reads it; behind a declared command: arguments for it" },
  options: { ...selectionOptions, ...runOptions },
  examples: [
    "-- git fetch --quiet",
    "status -t 'backend && !legacy'",
    "--dirty -o grouped -- git status --short",
    "-g web -j 4 --timeout 60 --report junit:run.xml -- npm test",
    "--retry-failed",
  ],
  exitCodes: [
    [0, "ok everywhere"],
    [1, "ok nowhere"],
    [2, "ok in some"],
    [64, "the command line is wrong, or no repository is selected; nothing was run"],
    [78, "services.yaml is wrong, or a repository lies where none may; nothing was run"],
    [130, "ended by Ctrl-C; what ran was stopped"],
    [143, "ended by SIGTERM; what ran was stopped"],
  ],
  async run({ args, tail, options, context }) {
    const { stdout, stderr, env, cwd, cache } = context;
    const notes = screenOf(stderr, env);
    const startedAt = Date.now();
    const clock = performance.now();
    const file = findServicesFile(cwd, options.file);
    const read = await readWorkspace({ file, cwd, ambient: env, cache });
    const { workspace } = read;
    const paths = workspacePaths(read.root);
    const last = options.retryFailed ? readLastRun(paths, options.allowEmpty) : null;
    const { request, isShell } = requestedCommand({ args, tail, isShell: options.shell }, last);
    const { repositories, states } = await untilInterrupted((signal) =>
      openSelection(read, options, {
        cwd,
        ambient: env,
        among: last?.notOk ?? null,
        allowsNone: options.allowEmpty,
        wantsStates: needsBranch(request, workspace),
        readList: (source) => readList("--repos-from", source, cwd, signal),
        signal,
        say: selectionNotes(notes),
      }),
    );
    const plan = planRun(request, workspace, repositories.length, {
      jobs: options.jobs,
      timeoutMs: options.timeout === null ? null : options.timeout * 1000,
      failFast: options.failFast,
      keepGoing: options.keepGoing,
      retries: options.retries,
      isInteractive: options.interactive,
      asksOutput: options.output !== null || options.json,
    });
    const valuesOf = placeholderValues(states, plan.args);
    const environmentOf = commandEnvironment(env, plan.command.environment);
    const argvFor = (repository: Repository, index: number) =>
      (isShell ? composeShell : composeArgv)(plan.command.argv, valuesOf(repository, index));
    const compose = (repository: FoundRepository, index: number) => ({
      argv: argvFor(repository, index),
      environment: environmentOf(repository),
      timeoutMs: plan.timeoutMsOf(repository),
    });
    if (options.dryRun) {
      stderr.write(dryRunHeading(repositories.length, plan.workers));
      const commands = repositories.map((repository, at) => ({ repository, argv: argvFor(repository, at + 1) }));
      stdout.write(dryRunText(commands, cwd));
      return 0;
    }

    const joblog = options.joblog === null ? null : { path: options.joblog, header: joblogHeader };
    const reports = openReports({ reports: options.report, joblog }, cwd);
    const mode = resolveMode(options.json ? "json" : (options.output ?? workspace.run.output), stdout.isTTY);
    const screen = runScreen(context, {
      write: outlet(stdout),
      showsProgress: mode !== "stream" && !options.interactive,
      tellsEnds: mode === "stream",
      isOnePipe: isOnePipe(stdout, stderr),
    });
    const [interrupt, force] = [new AbortController(), new AbortController()];
    // Whoever has the terminal has its Ctrl-C too.
    const signalled = options.interactive
      ? null
      : onInterrupt({
          hangUp: true,
          interrupt: (level) => (level === 1 ? interrupt : force).abort(),
          leave: endBySignal,
          say: screen.interrupted,
        });
    const world = {
      paths,
      killGraceMs: workspace.run.killGraceMs,
      interrupt: interrupt.signal,
      force: force.signal,
      compose,
      attend: attendCommand,
      emit(event: RunEvent) {
        screen.event(event);
        if (event.type === "command-ended") reports.log(joblogLine(event.outcome));
      },
      onBegin: (repository: Repository) => stderr.write(`${beginHeading(repository)}\n`),
      onReaped: screen.reaped,
      onUnrecorded: screen.unrecorded,
      openOutput: (folder: string) =>
        openOutput(mode, folder, {
          ...screen.output,
          order: options.order,
          names: repositories.map(({ name }) => visibleName(name)),
        }),
    };
    const perform = options.interactive ? performInteractive : performRun;
    const performed = await perform(repositories, plan, world).catch((error: unknown) => {
      reports.discard();
      throw error;
    });
    const { outcomes, failures } = performed;
    const signal = signalled === null ? performed.signal : signalled();
    await screen.close();
    const totals = aggregateOutcomes(outcomes);
    const elapsedMs = performance.now() - clock;
    stderr.write(runSummary(totals, failures, { screen: notes, cwd, elapsedMs }));
    const about = { command: shellWords([request.name ?? "--", ...request.args]), startedAt, elapsedMs, failures };
    const unwritten = reports.write((kind) => (kind === "json" ? runDocument : junitDocument)(outcomes, totals, about));
    // Where nothing was selected, which was allowed, what failed before is still to be retried.
    const kept = outcomes.length === 0 ? null : keepLastRun(paths, { request, isShell, outcomes });
    stderr.write(unwrittenText(unwritten) + forgottenText(kept));
    if (signal !== null) return endBySignal(signal);
    return unwritten.length === 0 ? totals.exitCode : totals.exitCode || 1;
  },
});
