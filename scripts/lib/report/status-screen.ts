import { clockWords } from "./clock-words.ts";
import type { Caller } from "./next-command.ts";
import { screenOf } from "./screen.ts";
import { statusDocument } from "./status-document.ts";
import { statusTable } from "./status-table.ts";
import { gistOf, type StatusView } from "./status-view.ts";

/** Shows how everything stands, again and again. */
export interface StatusScreen {
  readonly show: (view: StatusView) => void;
  /** Leaves the terminal as it was. Nothing is shown afterwards. */
  readonly close: () => void;
}

/** Each view that differs from the one before: a table below the time, or with `json` a document a line. */
export function statusLog(
  stream: NodeJS.WriteStream,
  options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly cwd: string;
    readonly caller: Caller;
    readonly verbose: boolean;
    readonly json: boolean;
    /** What services usually take to be ready, in milliseconds, by name. */
    readonly usual: () => ReadonlyMap<string, number>;
  },
): StatusScreen {
  const { verbose, cwd, caller } = options;
  let last = "";
  const textOf = (view: StatusView): string => {
    if (options.json) return `${JSON.stringify(statusDocument(view, view.supervisorPid, view.rows))}\n`;
    const now = Date.now();
    const { rows, unsupervisedSince, hints } = view;
    const usual = rows.some(({ phase }) => phase === "starting") ? options.usual() : new Map<string, number>();
    const shown = { verbose, unsupervisedSince, hints, now, cwd, caller, usual };
    const table = statusTable(rows, shown, screenOf(stream, options.env));
    return `${last === "" ? "" : "\n"}${clockWords(now, now)}\n${table}`;
  };
  return {
    show(view) {
      const gist = gistOf(view);
      if (gist === last) return;
      stream.write(textOf(view));
      last = gist;
    },
    close: () => {},
  };
}
