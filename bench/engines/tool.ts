/** Anything that is measured, and may not be there. */
export interface Tool {
  readonly name: string;
  /** What would have to be installed; null when all is there. */
  missing(): string | null;
  version(): string;
}
