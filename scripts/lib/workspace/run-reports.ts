import { exitCodes, userError } from "../diagnostic/user-error.ts";
import { openLineFile, openReport, type ReportFile } from "./report-file.ts";

const kinds = ["json", "junit"] as const;
export type ReportKind = (typeof kinds)[number];

/** Files a run fills, all opened before it begins. */
export interface RunReports {
  readonly joblog: ReturnType<typeof openLineFile> | null;
  /** Writes every report, and closes all. */
  readonly write: (textOf: (kind: ReportKind) => string) => void;
  /** It came to nothing: reports that stood there stay. */
  readonly discard: () => void;
}

/**
 * @param asked As after --report: `json:FILE`, `junit:FILE`.
 * @throws {UserError} `USAGE` (exit code 64) for what is neither, or cannot be written.
 */
export function openReports(asked: readonly string[], joblog: string | null, cwd: string): RunReports {
  const wanted = asked.map(readAsked);
  const open: { readonly kind: ReportKind; readonly file: ReportFile }[] = [];
  const discard = (): void => {
    for (const { file } of open.splice(0)) file.discard();
  };
  try {
    for (const { kind, path } of wanted) open.push({ kind, file: openReport("--report", path, cwd) });
    const lines = joblog === null ? null : openLineFile("--joblog", joblog, cwd);
    return {
      joblog: lines,
      write(textOf) {
        lines?.close();
        for (const { kind, file } of open.splice(0)) file.replace(textOf(kind));
      },
      discard,
    };
  } catch (error) {
    discard();
    throw error;
  }
}

function readAsked(text: string): { readonly kind: ReportKind; readonly path: string } {
  const colon = text.indexOf(":");
  const kind = kinds.find((known) => known === text.slice(0, Math.max(0, colon)));
  const path = text.slice(colon + 1);
  if (kind !== undefined && path !== "") return { kind, path };
  throw userError("USAGE", `--report must be json:FILE or junit:FILE, but is "${text}"`, { exitCode: exitCodes.usage });
}
