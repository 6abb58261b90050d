import type { Screen } from "./screen.ts";
import { span, type Span, styledLine } from "./styled-line.ts";
import { textWidth } from "./text-width.ts";

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => readonly Span[];
  readonly alignRight?: boolean;
  /** A column with a worth may be left out; the smallest goes first. */
  readonly worth?: number;
}

const gap = 2;
/** The last column is worth showing from here on. */
const leastOfLast = 20;

/**
 * A table with a heading line. Where it is wider than the screen, columns are left out by their worth; then lines are cut.
 *
 * @returns Lines without newlines.
 */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  screen: Pick<Screen, "color" | "width">,
): readonly string[] {
  const made = columns.map((column) => {
    const cells = rows.map((row) => column.cell(row));
    return { column, cells, width: Math.max(textWidth(column.title), ...cells.map(cellWidth)) };
  });
  let shown = made;
  while (leastWidth(shown) > screen.width) {
    const [least] = shown
      .filter(({ column }) => column.worth !== undefined)
      .toSorted((a, b) => (a.column.worth ?? 0) - (b.column.worth ?? 0));
    if (!least) break;
    shown = shown.filter((one) => one !== least);
  }
  const line = (cellOf: (index: number) => readonly Span[]): string =>
    styledLine(
      shown.flatMap(({ column, width }, index) => {
        const cell = cellOf(index);
        const blanks = span(" ".repeat(Math.max(0, width - cellWidth(cell))));
        const between = span(index === 0 ? "" : " ".repeat(gap));
        return column.alignRight ? [between, blanks, ...cell] : [between, ...cell, blanks];
      }),
      screen,
    );
  return [
    line((index) => [span(shown[index]?.column.title ?? "", "faint")]),
    ...rows.map((_, row) => line((index) => shown[index]?.cells[row] ?? [])),
  ];
}

function leastWidth(shown: readonly { readonly width: number }[]): number {
  const last = Math.min(leastOfLast, shown.at(-1)?.width ?? 0);
  return shown.slice(0, -1).reduce((sum, { width }) => sum + width + gap, last);
}

function cellWidth(cell: readonly Span[]): number {
  return textWidth(cell.map(({ text }) => text).join(""));
}
