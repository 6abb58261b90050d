import { UserError } from "../diagnostic/user-error.ts";
import { type Stamps, untilChanged } from "../state/until-changed.ts";

export interface ConfigWatch {
  /** How the files that make up the configuration stood when it was read last; one of them need not be there. */
  readonly asRead: () => Stamps;
  /** Reads them and applies what changed; rejects with the reason of `signal` where that is aborted before it began. */
  readonly reload: () => Promise<void>;
  /** Told of a file that cannot be applied: what runs goes on as it is, and the next save is another try. */
  readonly onMistake: (mistake: UserError) => void;
  readonly signal: AbortSignal;
}

/** Reloads whenever a file of the configuration is saved, until the signal is aborted. */
export async function keepInLine({ asRead, reload, onMistake, signal }: ConfigWatch): Promise<void> {
  let read = asRead();
  let stamps = read;
  for (;;) {
    const now = await untilChanged(stamps, signal);
    if (now === null) return;
    try {
      await reload();
    } catch (error) {
      if (signal.aborted && error === signal.reason) return;
      if (!(error instanceof UserError)) throw error;
      onMistake(error);
    }
    // What could not be read is tried again at the next save.
    stamps = asRead() === read ? now : asRead();
    read = asRead();
  }
}
