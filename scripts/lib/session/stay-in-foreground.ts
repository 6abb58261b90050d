import { packServices } from "../control/packed-services.ts";
import { ChannelLost, type SupervisorChannel, supervisorChannel } from "../control/supervisor-channel.ts";
import { assertKnownServices } from "../diagnostic/assert-known-services.ts";
import { selectServices } from "../graph/select-services.ts";
import type { Event, StartEnd } from "../model/event.ts";
import type { ForegroundCause, ForegroundEnd } from "../model/foreground.ts";
import type { ServicesFile } from "../model/services-file.ts";
import { Ending } from "./ending.ts";
import { exitCodeOfService } from "./exit-code-of-service.ts";
import type { FollowedLogs } from "./follow-logs.ts";
import type { ForegroundConversation, ForegroundRequest } from "./foreground.ts";
import { onInterrupt } from "./on-interrupt.ts";
import { type OwnSupervisor, ownSupervisor } from "./own-supervisor.ts";
import { reachPatiently } from "./reach-patiently.ts";
import { requestOfSupervisor } from "./request-of-supervisor.ts";
import { requestStop } from "./request-stop.ts";
import { ServiceLives } from "./service-lives.ts";

/**
 * A start that stays: shows what happens until everything has ended, or until it is told to stop, and then stops it.
 *
 * The supervisor is this process; where one lives already, this is a client of it, and stops only what it has started.
 *
 * @throws {UserError} As `startServices` does; `SERVICE_UNKNOWN` for `exitCodeFrom`. Then nothing was started.
 */
export async function stayInForeground(
  conversation: ForegroundConversation,
  request: ForegroundRequest,
): Promise<ForegroundEnd> {
  const stay = new Stay(conversation, request);
  const { emit, outputClosed, leave } = conversation;
  const release = onInterrupt({
    hangUp: true,
    interrupt: (level) => stay.interrupt(level),
    leave(signal) {
      stay.leave();
      leave(signal);
    },
    say: (presses) => emit({ type: "interrupted", at: Date.now(), presses }),
  });
  const closeOutput = (): void => stay.closeOutput();
  outputClosed.addEventListener("abort", closeOutput);
  try {
    const end = await stay.toTheEnd();
    return { ...end, signal: end.because === "interrupted" ? (release() ?? "SIGINT") : null };
  } finally {
    release();
    outputClosed.removeEventListener("abort", closeOutput);
  }
}

class Stay {
  readonly #conversation: ForegroundConversation;
  readonly #request: ForegroundRequest;
  readonly #lives = new ServiceLives();
  /** Resolves when there is nothing more to wait for. */
  readonly #over = Promise.withResolvers<void>();
  readonly #ending = new Ending();
  readonly #force = new AbortController();
  readonly #down = new AbortController();
  /** What is done beside. */
  #meanwhile: Promise<void> = Promise.resolve();
  /** What it failed with: a bug. */
  #failure: { readonly error: unknown } | null = null;
  #cause: ForegroundCause | null = null;
  #level: 1 | 2 = 1;
  #phase: "starting" | "following" | "stopping" = "starting";
  /** The line of the present phase; what it asked for is what Ctrl-C is about. */
  #channel: SupervisorChannel | null = null;
  #own: OwnSupervisor | null = null;
  #logs: FollowedLogs | null = null;
  #file: ServicesFile | null = null;
  /** null: everything, also what is added later. */
  #shown: ReadonlySet<string> | null = null;
  #exitCode = 0;
  #hasJoined = false;

  constructor(conversation: ForegroundConversation, request: ForegroundRequest) {
    this.#conversation = conversation;
    this.#request = request;
  }

  async toTheEnd(): Promise<Omit<ForegroundEnd, "signal">> {
    try {
      const start = await this.#start(await this.#prepare());
      if (this.#cause === null) {
        this.#meanwhile = this.#doBeside();
        this.#conversation.tell({ kind: "started", end: start });
        await this.#follow();
        this.#down.abort();
        // What it has begun ends first: nothing may be started behind the stop.
        await this.#meanwhile;
      }
      if (this.#cause === null) return await this.#endedByItself();
      await this.#stop(start);
      if (this.#failure !== null) throw this.#failure.error;
      return { because: this.#cause, exitCode: this.#exitCode, report: this.#ending.report() };
    } finally {
      this.#down.abort();
      await this.#meanwhile;
      await this.#logs?.end();
    }
  }

  /** Never rejects: a bug there is no reason to leave behind what runs. */
  async #doBeside(): Promise<void> {
    try {
      await this.#conversation.whileUp?.(this.#down.signal);
    } catch (error) {
      this.#failure = { error };
      this.#endBecause("failed");
    }
  }

  interrupt(level: 1 | 2): void {
    this.#level = level;
    this.#endBecause("interrupted");
    if (level === 2) this.#force.abort();
    if (level === 2 && this.#phase !== "following") this.#channel?.interrupt(2);
  }

  closeOutput(): void {
    if (this.#cause === null) this.#conversation.tell({ kind: "output-closed" });
    this.#endBecause("output-closed");
  }

  /** What is on disk tells the truth to whoever comes next. */
  leave(): void {
    this.#own?.retire();
  }

  /** Whatever is wrong with what was asked for is found here, before anything is started. */
  async #prepare(): Promise<ServicesFile> {
    const { services: asked, noDependencies, exitCodeFrom } = this.#request;
    const file = await this.#conversation.readServices();
    const known = file.services.map(({ name }) => name);
    assertKnownServices(exitCodeFrom === null ? asked : [exitCodeFrom, ...asked], known);
    const selected = selectServices(file.services, this.#asked, { dependencies: !noDependencies });
    const names = selected.map(({ name }) => name);
    if (asked.length > 0) this.#shown = new Set(names);
    this.#file = file;
    this.#logs = this.#conversation.showLogs?.(names) ?? null;
    return file;
  }

  get #asked(): readonly string[] {
    const { services, exitCodeFrom } = this.#request;
    if (services.length === 0 || exitCodeFrom === null || services.includes(exitCodeFrom)) return services;
    return [...services, exitCodeFrom];
  }

  async #start(file: ServicesFile): Promise<StartEnd> {
    const { paths, version, launcher, host, tell } = this.#conversation;
    const { exitCodeFrom: _, ...request } = this.#request;
    let isOpened = false;
    return requestOfSupervisor(
      {
        paths,
        version,
        launcher,
        early: null,
        open: () => {
          isOpened = true;
          this.#own = ownSupervisor(paths, host);
          return this.#own.firstLine;
        },
        onChannel: (channel) => {
          if (!isOpened) {
            this.#own = null;
            tell({ kind: "attached" });
          }
          isOpened = false;
          this.#channel = channel;
          // A Ctrl-C that came before there was anybody to tell.
          if (this.#cause !== null) setImmediate(() => channel.interrupt(this.#level));
        },
      },
      { ...request, services: this.#asked, file: packServices(file), workspaceId: paths.id },
      (event) => this.#note(event),
    );
  }

  /** Until the supervisor has nothing left to do, or what was asked for has ended, or there is a reason to stop. */
  async #follow(): Promise<void> {
    this.#phase = "following";
    const channel = await this.#openLine();
    if (channel === null) return;
    let early: Event[] | null = [];
    try {
      const { document } = await channel.follow((event) =>
        early === null ? this.#note(event) : void early.push(event),
      );
      const missed = [...this.#lives.missed(document), ...early];
      early = null;
      for (const event of missed) this.#note(event);
      this.#endWhenAllHaveEnded();
      await Promise.race([channel.closed, this.#over.promise]);
    } catch (error) {
      // It had nothing left to do before it heard us.
      if (!(error instanceof ChannelLost)) throw error;
    } finally {
      void channel.close();
    }
  }

  async #openLine(): Promise<SupervisorChannel | null> {
    const { paths, version } = this.#conversation;
    if (this.#own !== null) return supervisorChannel(await this.#own.line(), version);
    const reached = await reachPatiently(paths, version);
    return reached.kind === "live" ? reached.channel : null;
  }

  async #endedByItself(): Promise<Omit<ForegroundEnd, "signal">> {
    if (this.#lives.hasLiving) return { because: "left", exitCode: 1, report: null };
    await this.#own?.ended;
    const because = this.#lives.hasKilled ? "stopped" : "ended";
    return { because, exitCode: this.#lives.exitCode, report: null };
  }

  async #stop(start: StartEnd): Promise<void> {
    this.#phase = "stopping";
    this.#channel = null;
    const started = this.#hasJoined ? [] : start.services.filter(({ unchanged }) => !unchanged);
    if (this.#own === null) await this.#stopAsClient(started.map(({ name }) => name));
    else await this.#stopOwn(this.#own);
  }

  /** Everything ends with this process. */
  async #stopOwn(own: OwnSupervisor): Promise<void> {
    const channel = supervisorChannel(await own.line(), this.#conversation.version);
    this.#useForStop(channel);
    try {
      await channel.stop({ kind: "stop", services: [], force: false, ...this.#how }, (event) => this.#note(event));
    } catch (error) {
      // It had nothing left to stop, and ended.
      if (!(error instanceof ChannelLost)) throw error;
    }
    own.retire();
    await own.ended;
  }

  async #stopAsClient(services: readonly string[]): Promise<void> {
    if (services.length === 0) return;
    const { paths, version, stopFromDisk } = this.#conversation;
    await requestStop(
      {
        paths,
        version,
        stopFromDisk: (stop, emit) => stopFromDisk(stop, emit, this.#force.signal),
        onChannel: (channel) => this.#useForStop(channel),
      },
      { kind: "stop", services, force: false, ...this.#how },
      (event) => this.#note(event),
    );
  }

  #useForStop(channel: SupervisorChannel): void {
    this.#channel = channel;
    if (this.#level === 2) setImmediate(() => channel.interrupt(2));
  }

  get #how(): { readonly timeoutMs: number | null; readonly ordered: boolean } {
    const settings = this.#file?.settings;
    const isCapped = settings?.killTimeoutIsExplicit === true;
    return { timeoutMs: isCapped ? settings.killTimeoutMs : null, ordered: settings?.parallelKill === false };
  }

  #note(event: Event): void {
    this.#conversation.emit(event);
    if (event.type === "operation-joined") this.#hasJoined = true;
    if (this.#cause !== null) this.#ending.note(event);
    if (!("service" in event) || this.#shown?.has(event.service) === false) return;
    this.#lives.note(event);
    if (event.type === "service-changed" || event.type === "service-unchanged") this.#logs?.follow(event.service);
    this.#endWithService();
    this.#endWhenAllHaveEnded();
  }

  #endWithService(): void {
    const { exitCodeFrom: service } = this.#request;
    const state = this.#cause === null && service !== null ? this.#lives.endOf(service) : null;
    if (service === null || state === null) return;
    const spec = this.#file?.services.find(({ name }) => name === service);
    this.#exitCode = exitCodeOfService(state, spec?.stopSignal ?? "SIGTERM");
    this.#conversation.tell({ kind: "service-ended", service, exitCode: this.#exitCode });
    this.#endBecause("service-ended");
  }

  /** A supervisor of others does not end with what was asked for here. */
  #endWhenAllHaveEnded(): void {
    if (this.#own === null && this.#phase === "following" && this.#lives.areOver) this.#over.resolve();
  }

  #endBecause(cause: ForegroundCause): void {
    if (this.#cause !== null) return;
    this.#cause = cause;
    this.#over.resolve();
    if (this.#phase === "starting") this.#channel?.interrupt(1);
  }
}
