/** Takes lines that are fit for a terminal. */
export interface LineSink {
  /** Whole lines, each with its newline, of which nothing had to be taken out. Valid only during the call. */
  lines(bytes: Buffer, from: number, to: number): void;
  /**
   * A line without its newline, or a piece of one. Valid only during the call.
   *
   * @param isContinued Whether an earlier piece of the same line was given away already.
   */
  piece(bytes: Buffer, isContinued: boolean): void;
}
