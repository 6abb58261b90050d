import { UserError } from "../diagnostic/user-error.ts";
import { stampsOf, untilChanged } from "../state/until-changed.ts";

export interface ConfigWatch {
  /** The files that make up the configuration, as it was read last; one of them need not be there. */
  readonly files: () => readonly string[];
  /** Reads them and applies what changed. */
  readonly reload: () => Promise<void>;
  /** Told of a file that cannot be applied: what runs goes on as it is, and the next save is another try. */
  readonly onMistake: (mistake: UserError) => void;
  readonly signal: AbortSignal;
}

/** Reloads whenever a file of the configuration is saved, until the signal is aborted. */
export async function keepInLine({ files, reload, onMistake, signal }: ConfigWatch): Promise<void> {
  let stamps = stampsOf(files());
  for (;;) {
    const now = await untilChanged(stamps, signal);
    if (now === null) return;
    try {
      await reload();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      onMistake(error);
    }
    // It may consist of other files now; a save meanwhile is still to be seen.
    stamps = stampsOf(files(), now);
  }
}
