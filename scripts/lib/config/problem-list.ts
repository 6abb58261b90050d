import { placeAt } from "../diagnostic/code-frame.ts";
import type { ProblemCode } from "../diagnostic/codes.ts";
import { makeProblem, type Place, type Problem } from "../diagnostic/user-error.ts";
import type { SourceSpan } from "../model/source-span.ts";
import type { SourceText } from "./source-text.ts";

export interface ProblemDetails {
  readonly hint?: string | null;
  readonly severity?: Problem["severity"];
  readonly related?: readonly { readonly span: SourceSpan; readonly label: string }[];
  /** false: the line itself is not shown, since it may hold a secret. */
  readonly frame?: boolean;
}

/** Everything found wrong so far, with the texts it was found in. */
export class ProblemList {
  readonly #sources = new Map<string, SourceText>();
  readonly #problems: Problem[] = [];
  readonly #seen = new Set<string>();
  readonly #brokenYaml = new Set<string>();
  #distrusted: { readonly file: string; readonly from: number } | null = null;

  /** Makes a text known, so that places in it can be worked out. Problems are listed in the order the texts came in. */
  addSource(source: SourceText): void {
    if (!this.#sources.has(source.file)) this.#sources.set(source.file, source);
  }

  /** From this offset on, what was read of the file is a guess: nothing more is said about it. */
  distrust(file: string, from: number): void {
    const before = this.#distrusted?.file === file ? this.#distrusted.from : Number.POSITIVE_INFINITY;
    this.#distrusted = { file, from: Math.min(from, before) };
  }

  /** Whether nothing was found, not even something to warn of. */
  get isEmpty(): boolean {
    return this.#problems.length === 0 && this.#distrusted === null;
  }

  /** Whether some part of a file could not be made sense of. */
  /** Absolute paths of all that was read. */
  get files(): readonly string[] {
    return [...this.#sources.keys()];
  }

  get isDistrusting(): boolean {
    return this.#distrusted !== null;
  }

  /** Adds a problem; the same code at the same place counts once, however often an alias repeats it. */
  add(code: ProblemCode, message: string, span: SourceSpan | null, details: ProblemDetails = {}): void {
    if (span !== null && !this.#isWorthSaying(code, span)) return;
    const place = span === null ? null : this.placeOf(span);
    this.#problems.push(
      makeProblem(code, message, {
        place: place !== null && details.frame === false ? { ...place, frame: null } : place,
        hint: details.hint ?? null,
        severity: details.severity ?? "error",
        related: (details.related ?? []).map(({ span: at, label }) => ({ place: this.placeOf(at), label })),
      }),
    );
  }

  addAll(problems: readonly Problem[]): void {
    this.#problems.push(...problems);
  }

  #isWorthSaying(code: ProblemCode, span: SourceSpan): boolean {
    const at = `${span.file}\0${span.offset}\0${span.length}`;
    const isOfYaml = code.startsWith("YAML_") && code !== "YAML_BOOLEAN";
    if (isOfYaml) this.#brokenYaml.add(at);
    else if (this.#brokenYaml.has(at)) return false;
    else if (this.#isDistrusted(code, span)) return false;
    const key = `${code}\0${at}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  #isDistrusted(code: ProblemCode, span: SourceSpan): boolean {
    if (this.#distrusted?.file !== span.file) return false;
    return code === "KEY_MISSING" || span.offset + span.length >= this.#distrusted.from;
  }

  /** Line, column and frame of a span of a known text. */
  readonly placeOf = (span: SourceSpan): Place => {
    const source = this.#sources.get(span.file);
    if (!source) return { file: span.file, line: 1, column: 1, frame: null };
    const mark = source.text.startsWith("\uFEFF") ? 1 : 0;
    return placeAt(source.text.slice(mark), source.shownAs, span.offset - mark, span.length);
  };

  /** Sorted by file, line and column; what has no place comes last. */
  ofSeverity(severity: Problem["severity"]): Problem[] {
    const ranks = new Map([...this.#sources.values()].map(({ shownAs }, index) => [shownAs, index]));
    const rank = ({ place }: Problem): number => (place ? (ranks.get(place.file) ?? ranks.size) : ranks.size + 1);
    return this.#problems
      .filter((problem) => problem.severity === severity)
      .toSorted(
        (a, b) =>
          rank(a) - rank(b) ||
          (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
          (a.place?.column ?? 0) - (b.place?.column ?? 0),
      );
  }
}
