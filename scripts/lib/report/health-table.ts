import type { ServiceStatus } from "../model/state-document.ts";
import { phaseMark } from "./phase-mark.ts";
import type { Screen } from "./screen.ts";
import { span, styledLine } from "./styled-line.ts";
import { padText } from "./text-width.ts";
import { visibleText } from "./visible-text.ts";

/** A line a service: its mark, how it was asked, what it answered and how fast. Lines ending with a newline. */
export function healthTable(rows: readonly ServiceStatus[], screen: Pick<Screen, "color" | "width">): string {
  if (rows.length === 0) return "Nothing runs here.\n";
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map((row) => {
    const answer = row.healthcheck
      ? `${row.healthcheck.kind === "none" ? "" : `${row.healthcheck.kind}  `}${visibleText(row.healthcheck.message)}  ${Math.round(row.healthcheck.latencyMs * 10) / 10} ms`
      : (row.reason ?? (row.pid === null ? row.phase : "alive; it has no check that can be asked again"));
    return styledLine(
      [
        phaseMark(row.healthcheck?.ok === false ? "unhealthy" : row.phase),
        span(` ${padText(row.name, nameWidth)}`, "strong"),
        span(`  ${answer}`),
      ],
      screen,
    );
  });
  return `${lines.join("\n")}\n`;
}
