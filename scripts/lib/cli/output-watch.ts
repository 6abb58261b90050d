export interface OutputWatch {
  /** Aborted when nobody reads standard output any more (`| head`, a closed terminal): a command that would go on for ever ends then. */
  readonly closed: AbortSignal;
  /** Why standard output could not be written, though somebody reads it (ENOSPC …); null while all is well. */
  readonly failure: () => string | null;
}

/** What a stream reports when its other end has gone: no mistake of anybody, and nobody is left to tell. */
const readerGone = new Set(["EPIPE", "EIO", "ECONNRESET", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"]);

/** Keeps a reader that went away from ending the process with a stack trace: what is written from then on is dropped. */
export function watchOutput(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): OutputWatch {
  const closed = new AbortController();
  let failure: string | null = null;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (!readerGone.has(error.code ?? "")) failure ??= error.code ?? error.message;
    closed.abort();
  });
  // Without a stderr there is no place to say so.
  stderr.on("error", () => undefined);
  return { closed: closed.signal, failure: () => failure };
}

/** Resolves when everything written to the stream so far has left the process, or can't. */
export function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write("", () => resolve());
  });
}
