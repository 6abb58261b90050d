/** What a program writes at once: to stdout, or where the key says so to stderr. */
export type NastyWrite = string | Buffer | { readonly stderr: string };

const esc = "\u001B";
/** Bytes, a character each. */
const raw = (text: string): Buffer => Buffer.from(text, "latin1");

/** Of the case `long line`. */
export const longLine = Array.from({ length: 1_250_000 }, (_, index) => String(index).padStart(7, "0")).join(",");
/** Of the case `bursts`, on each stream. */
export const burstLines = 200_000;
const burstSize = 1_000;

/**
 * Output that runners get wrong, by name. A program that is steered waits after each write until it is told to go on; what is
 * split over writes is seen in parts only then.
 */
export const nastyCases = {
  "partial lines": ["one, be", "gun\ntw", "o\n", "the last has no end"],
  prompt: ["Password: ", "accepted\n"],
  "long line": [`${longLine}\nafter\n`],
  "split escapes": [
    `plain ${esc}[3`,
    `1mred${esc}[`,
    `0m plain ${esc}`,
    `[2Jnot cleared\n`,
    `link ${esc}]8;;http://exa`,
    `mple.org${esc}`,
    `\\text${esc}]8;;${esc}\\ end\n`,
  ],
  "alternate screen and title": [
    "before\n",
    `${esc}[?1049h${esc}[2J${esc}[H${esc}[?25linside\n`,
    `${esc}]0;stolen\u0007${esc}]2;stolen${esc}\\${esc}[10;10Hmoved${esc}[A${esc}[3K\n`,
    `${esc}c${esc}[1;5r${esc}(0reset ${esc}[?1000h${esc}Pq#0${esc}\\\u009B2Jdone\n`,
  ],
  "colours never reset": [`${esc}[31mred\nstill red\n\n${esc}[1;44mbold\n`, `${esc}[7mthe last`],
  "split emoji": [raw("a \u00F0\u009F"), raw("\u0098"), raw("\u0080 b\n"), "👩\u200D", "🚀 c\n"],
  "no text": [raw("a\u00FF\u00FEb \u00C3( \u00ED\u00A0\u0080 \u00C2"), raw("\nnul \u0000 here\n\u0080\u009F\n")],
  progress: ["  1 %\r 50 %\r100 %\n", `begun\r${esc}[Kdone\r\n`, "Windows\r\nline\r\n", "10 %", "\r20 %\r30 %\n"],
  "no line ends, and empty lines": ["\n\na\u000Bb\u000Cc\u0085d\u2028e\u2029f\n\n", " \n\n"],
  bursts: Array.from({ length: burstLines / burstSize }, (_, index) => burst(index)).flat(),
  "unread output": [`${"x".repeat(59)}\n`.repeat(1_000) + "the end, without a newline"],
  "late grandchild": ["before\n", "late 1\nlate 2, without an end"],
} as const satisfies Readonly<Record<string, readonly NastyWrite[]>>;

export type NastyCase = keyof typeof nastyCases;

function burst(index: number): readonly NastyWrite[] {
  const lines = (stream: string): string => {
    const from = index * burstSize;
    return Array.from({ length: burstSize }, (_, line) => `${stream} ${from + line}\n`).join("");
  };
  return [lines("stdout"), { stderr: lines("stderr") }];
}
