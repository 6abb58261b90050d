import { longLine, type NastyCase } from "../support/nasty-cases.ts";

/** What is to be seen of a nasty case, line by line, without prefixes; where a character is no text, a byte each. */
export interface NastyExpectation {
  readonly nastyCase: NastyCase;
  /** When all has come before anything is shown, or fast enough. */
  readonly whole: readonly string[];
  /** When the program waits after each write, longer than a line that is begun is held back. Default: `whole`. */
  readonly begun?: readonly string[];
  /** After each write but the last, what is shown of it before the program goes on; null: nothing can be seen of it. */
  readonly seen?: readonly (string | null)[];
  /** Lines are bytes. */
  readonly isBytes?: true;
  /** In a terminal, where that has its own idea of some characters. Default: `begun`. */
  readonly screen?: readonly (string | RegExp)[];
}

/** Cases in which a program waits between its writes; the others have tests of their own. */
export const steeredExpectations: readonly NastyExpectation[] = [
  {
    nastyCase: "partial lines",
    whole: ["one, begun", "two", "the last has no end"],
    begun: ["one, be", "… gun", "tw", "… o", "the last has no end"],
    seen: ["one, be", "tw", "… o"],
  },
  { nastyCase: "prompt", whole: ["Password: accepted"], begun: ["Password: ", "… accepted"], seen: ["Password: "] },
  {
    nastyCase: "split escapes",
    whole: ["plain red plain not cleared", "link text end"],
    begun: ["plain ", "… red", "…  plain ", "… not cleared", "link ", "… text end"],
    seen: ["plain ", "… red", "…  plain ", "… not cleared", "link ", null],
  },
  {
    nastyCase: "alternate screen and title",
    whole: ["before", "inside", "moved", "reset 2Jdone"],
    seen: ["before", "inside", "moved"],
  },
  { nastyCase: "colours never reset", whole: ["red", "still red", "", "bold", "the last"], seen: ["bold"] },
  {
    nastyCase: "split emoji",
    whole: ["a 😀 b", "👩\u200D🚀 c"],
    begun: ["a ", "… 😀 b", "👩\u200D", "… 🚀 c"],
    seen: ["a ", null, "… 😀 b", "👩\u200D"],
    screen: ["a", "… 😀 b", /^one \| 👩\u200D?$/, "… 🚀 c"],
  },
  {
    nastyCase: "no text",
    isBytes: true,
    whole: ["a\u00FF\u00FEb \u00C3( \u00ED\u00A0\u0080 \u00C2", "nul \u00E2\u0090\u0080 here", "\u0080\u009F"],
    begun: [
      "a\u00FF\u00FEb \u00C3( \u00ED\u00A0\u0080 ",
      "\u00E2\u0080\u00A6 \u00C2",
      "nul \u00E2\u0090\u0080 here",
      "\u0080\u009F",
    ],
    seen: ["a\u00FF\u00FEb \u00C3( \u00ED\u00A0\u0080 "],
    screen: [/^one \| a\P{ASCII}*b \P{ASCII}*\(/u, /^one \| …/, "nul ␀ here", /^one \|/],
  },
  {
    nastyCase: "progress",
    whole: ["100 %", "done", "Windows", "line", "30 %"],
    begun: ["100 %", "done", "Windows", "line", "10 %", "… 30 %"],
    seen: ["100 %", "done", "line", "10 %"],
  },
  {
    nastyCase: "no line ends, and empty lines",
    whole: ["", "", "a␋b␌cd\u2028e\u2029f", "", " ", ""],
    seen: ["a␋b␌cd\u2028e\u2029f"],
    screen: ["", "", /^one \| a␋b␌cd\u2028?e\u2029?f$/, "", "", ""],
  },
];

/** The pieces of the long line, whatever their lengths, are it again; none is longer than allowed. */
export function pieceProblems(pieces: readonly string[], longestBytes: number): readonly string[] {
  const tooLong = pieces.filter((piece) => piece.replace(/^… /, "").length > longestBytes);
  const unmarked = pieces.slice(1).filter((piece) => !piece.startsWith("… "));
  const joined = pieces.map((piece, index) => (index === 0 ? piece : piece.replace(/^… /, ""))).join("");
  return [
    ...(pieces.length < longLine.length / longestBytes ? [`${pieces.length} pieces are too few`] : []),
    ...tooLong.map((piece) => `a piece has ${piece.length} characters`),
    ...unmarked.map((piece) => `no mark: ${piece.slice(0, 40)}`),
    ...(joined === longLine ? [] : [`${joined.length} characters differ from the ${longLine.length} of the line`]),
  ];
}
