import { resolve } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { exitCodes, userError } from "../diagnostic/user-error.ts";
import { type LineFile, openLineFile, openReport, ordinaryFile, type ReportFile } from "./report-file.ts";

const kinds = ["json", "junit"] as const;
type ReportKind = (typeof kinds)[number];

/** A file that could not be written, though it could be opened: a full disk. */
interface UnwrittenFile {
  readonly option: "--report" | "--joblog";
  /** Absolute. */
  readonly path: string;
  readonly errno: string;
}

/** Files a run fills, all opened before it begins. */
export interface RunReports {
  /** A line of the joblog; nothing where there is none. */
  readonly log: (line: string) => void;
  /** Writes every report, and closes all. @returns What could not be written, or not all of it. */
  readonly write: (textOf: (kind: ReportKind) => string) => readonly UnwrittenFile[];
  /** It came to nothing: reports that stood there stay. */
  readonly discard: () => void;
}

/**
 * @param asked.reports As after --report: `json:FILE`, `junit:FILE`.
 * @param asked.joblog `header` is its first line. null: none.
 * @throws {UserError} `USAGE` (exit code 64) for what is neither, cannot be written, or would write over another of them.
 */
export function openReports(
  asked: {
    readonly reports: readonly string[];
    readonly joblog: { readonly path: string; readonly header: string } | null;
  },
  cwd: string,
): RunReports {
  const wanted = asked.reports.map(readAsked);
  assertApart([...wanted.map(({ path }) => path), ...(asked.joblog === null ? [] : [asked.joblog.path])], cwd);
  const open: { readonly kind: ReportKind; readonly path: string; readonly file: ReportFile }[] = [];
  const unwritten: UnwrittenFile[] = [];
  const tried = (option: UnwrittenFile["option"], path: string, write: () => void): void => {
    try {
      write();
    } catch (error) {
      // Of a joblog each line may fail.
      if (unwritten.some((one) => one.option === option && one.path === resolve(cwd, path))) return;
      unwritten.push({ option, path: resolve(cwd, path), errno: errnoOf(error) || String(error) });
    }
  };
  const discard = (): void => {
    for (const { file } of open.splice(0)) file.discard();
  };
  try {
    for (const { kind, path } of wanted) open.push({ kind, path, file: openReport("--report", path, cwd) });
    const { joblog } = asked;
    const lines: LineFile | null = joblog === null ? null : openLineFile("--joblog", joblog.path, cwd, joblog.header);
    return {
      log(line) {
        if (joblog !== null) tried("--joblog", joblog.path, () => lines?.append(line));
      },
      write(textOf) {
        lines?.close();
        for (const { kind, path, file } of open.splice(0)) tried("--report", path, () => file.replace(textOf(kind)));
        return unwritten;
      },
      discard,
    };
  } catch (error) {
    discard();
    throw error;
  }
}

function assertApart(paths: readonly string[], cwd: string): void {
  const files = paths.map((path) => ordinaryFile(path, cwd));
  const twice = files.find((file, at) => file !== null && files.indexOf(file) !== at);
  if (twice === undefined) return;
  throw userError("USAGE", `--report and --joblog name ${twice} more than once; nothing was run`, {
    hint: "Give each a file of its own.",
    exitCode: exitCodes.usage,
  });
}

function readAsked(text: string): { readonly kind: ReportKind; readonly path: string } {
  const colon = text.indexOf(":");
  const kind = kinds.find((known) => known === text.slice(0, Math.max(0, colon)));
  const path = text.slice(colon + 1);
  if (kind !== undefined && path !== "") return { kind, path };
  throw userError("USAGE", `--report must be json:FILE or junit:FILE, but is "${text}"`, { exitCode: exitCodes.usage });
}
