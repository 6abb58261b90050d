import { wantsColor } from "../diagnostic/wants-color.ts";

/** Where text goes, and what it may look like there. */
export interface Screen {
  readonly write: (text: string) => void;
  readonly color: boolean;
  /** Columns; infinite where lines have no end to run into, as in a pipe. */
  readonly width: number;
}

/** NO_COLOR and FORCE_COLOR are heeded; the width follows the terminal's. */
export function screenOf(stream: NodeJS.WriteStream, env: Readonly<Record<string, string | undefined>>): Screen {
  return {
    write: (text) => void stream.write(text),
    color: wantsColor(stream, env),
    get width() {
      return stream.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY;
    },
  };
}
