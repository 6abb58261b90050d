/** What a program said. */
export interface Answer {
  /** null: it was killed, or never ran. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** The errno when it could not be started; else null. */
  readonly error: string | null;
  /** false: it wrote more than is kept. */
  readonly isWhole: boolean;
}

/** Runs a program in a folder to its end, with a deadline. */
export type Ask = (
  argv: readonly [string, ...string[]],
  options: { readonly cwd: string; readonly environment: Readonly<Record<string, string | undefined>> },
) => Promise<Answer>;
