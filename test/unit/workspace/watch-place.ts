import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { FoundRepository, LostRepository, Repository } from "../../../scripts/lib/model/repository.ts";
import type { WatchEvent } from "../../../scripts/lib/model/watch-event.ts";
import { type Watch, watchEach, type WatchOptions } from "../../../scripts/lib/workspace/watch-each.ts";
import { isAlive, killForSure, processesOf } from "../../support/processes.ts";
import { until } from "../../support/until.ts";

type Told<T extends WatchEvent["type"]> = Extract<WatchEvent, { readonly type: T }>;

/** A folder with repositories, in which shell scripts are watched. */
export interface WatchPlace {
  readonly folder: string;
  readonly events: readonly WatchEvent[];
  readonly journal: readonly string[];
  readonly found: (name: string) => FoundRepository;
  readonly lost: (name: string) => LostRepository;
  /** @param script What `sh -c` runs in each; by name where it differs. */
  readonly watch: (
    repositories: readonly Repository[],
    script: string | Readonly<Record<string, string>>,
    options?: Partial<WatchOptions>,
  ) => Watch;
  /** Waits for the n-th event of a kind, counted from 1. */
  readonly told: <T extends WatchEvent["type"]>(type: T, repository?: string, count?: number) => Promise<Told<T>>;
  readonly log: (name: string) => string;
  readonly shown: (name: string) => string;
  /** Live processes that work in the folder. */
  readonly living: () => readonly number[];
}

let places = 0;

export function watchPlace(): WatchPlace {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "groundswell-watch-")));
  const events: WatchEvent[] = [];
  const journal: string[] = [];
  const shown = new Map<string, string>();
  places += 1;
  const workspaceId = `${process.pid.toString(16)}${places.toString(16)}`.padStart(12, "0");
  const living = () => processesOf(folder, "none");
  onTestFinished(async () => {
    await until(() => {
      for (const one of living()) killForSure(one);
      return living().every((one) => !isAlive(one));
    }, "all processes of the test are dead");
    rmSync(folder, { recursive: true, force: true });
  });
  const common = (name: string) => ({ name, rel: name, tags: [], environment: {}, timeoutMs: null });
  return {
    folder,
    events,
    journal,
    found(name) {
      const path = join(folder, name);
      mkdirSync(path, { recursive: true });
      const { dev, ino } = statSync(path);
      return { ...common(name), path, problem: null, kind: "git", device: dev, inode: ino };
    },
    lost: (name) => ({ ...common(name), path: join(folder, name), problem: { kind: "missing" }, kind: null }),
    watch: (repositories, script, options = {}) =>
      watchEach(repositories, {
        compose: ({ name }) => ({
          argv: ["sh", "-c", typeof script === "string" ? script : (script[name] ?? "exit 99")],
          environment: { PATH: process.env["PATH"] },
        }),
        restart: "no",
        maxRestarts: null,
        graceMs: 5_000,
        workspaceId,
        runPrefix: `${process.pid}-${places}`,
        journal: {
          begun: (runId, repository) => void journal.push(`begun ${repository} ${runId}`),
          spawned: (runId) => void journal.push(`spawned ${runId}`),
          ended: (runId) => void journal.push(`ended ${runId}`),
        },
        logs: join(folder, "logs/watch"),
        output: ({ name }) => ({
          push: (bytes) => void shown.set(name, (shown.get(name) ?? "") + bytes.toString()),
          end: () => {},
        }),
        emit: (event) => void events.push(event),
        ...options,
      }),
    async told(type, repository, count = 1) {
      const isMeant = (event: WatchEvent): event is Told<typeof type> =>
        event.type === type && (repository === undefined || ("repository" in event && event.repository === repository));
      return await until(
        () => events.filter(isMeant)[count - 1],
        () => `${type} of ${repository ?? "any"} is told: ${JSON.stringify(events)}`,
      );
    },
    log: (name) => readFileSync(join(folder, "logs/watch", `${name}.log`), "utf8"),
    shown: (name) => shown.get(name) ?? "",
    living: () => living().map(({ pid }) => pid),
  };
}
