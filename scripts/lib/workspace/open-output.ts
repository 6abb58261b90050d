import { longestLineBytes } from "../lines/multiplexer.ts";
import type { OutputMode } from "../model/repository-workspace.ts";
import type { Repository } from "../model/repository.ts";
import type { RunOutcome } from "../model/run-outcome.ts";
import { groupedOutput } from "./grouped-output.ts";
import { type CommandText, jsonOutput } from "./json-output.ts";
import type { RunOutput, Write } from "./run-output.ts";
import { streamedOutput } from "./streamed-output.ts";

/** What output looks like; its words are handed in. */
export interface OutputLook {
  readonly write: Write;
  readonly isTerminal: boolean;
  readonly color: boolean;
  readonly order: "completion" | "config";
  /** Of all repositories, fit to be shown. */
  readonly names: readonly string[];
  /** Columns that a name takes on a terminal. */
  readonly widthOf: (name: string) => number;
  readonly headingOf: (outcome: RunOutcome) => string;
  readonly jsonOf: (outcome: RunOutcome, text: CommandText) => string;
  /** The disk is full on which output is kept until it is shown: what this repository's command wrote may not be all there. */
  readonly onFull: (repository: Repository) => void;
}

/** `auto`: lines as they come on a terminal, in one piece for each repository elsewhere. */
export function resolveMode(mode: OutputMode, isTerminal: boolean): Exclude<OutputMode, "auto"> {
  if (mode !== "auto") return mode;
  return isTerminal ? "stream" : "grouped";
}

/** @param folder For files, until they have been shown. */
export function openOutput(mode: Exclude<OutputMode, "auto">, folder: string, look: OutputLook): RunOutput {
  const lines = { ...look, longestLineBytes: look.isTerminal ? longestLineBytes.terminal : longestLineBytes.pipe };
  const grouped = (shows: (outcome: RunOutcome) => boolean): RunOutput =>
    groupedOutput({ ...lines, folder, headingOf: (outcome) => (shows(outcome) ? look.headingOf(outcome) : null) });
  switch (mode) {
    case "stream":
      return streamedOutput(lines);
    case "grouped":
      return grouped(({ result }) => result.kind !== "skipped");
    case "errors":
      return grouped(({ result }) => result.kind !== "ok" && result.kind !== "skipped");
    case "quiet":
      return grouped(() => false);
    case "json":
      return jsonOutput({ ...look, folder, lineOf: look.jsonOf });
  }
}
