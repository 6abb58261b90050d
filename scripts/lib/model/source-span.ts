/** A stretch of a file the user wrote: where a value came from, so that an error can point at it. */
export interface SourceSpan {
  /** Absolute path. */
  readonly file: string;
  /** Offset of the first character, in UTF-16 units from the start of the file. */
  readonly offset: number;
  /** Length in UTF-16 units; 0 points between two characters. */
  readonly length: number;
}
