/** What a kind of attribute is set to, as the parameters that set it: "1", "38;5;12", "4:3". */
type Attributes = Map<string, string>;

type Change = (attributes: Attributes) => void;

const escape = "\u001B";
export const resetStyle = Buffer.from(`${escape}[0m`);

/** Programs use few different sequences, over and over. */
const changes = new Map<string, Change>();
const mostRemembered = 1_000;

/** Colours and attributes in force, as SGR sequences have set them. @see ECMA-48, 8.3.117. */
export class TextStyle {
  readonly #attributes: Attributes = new Map();

  get isPlain(): boolean {
    return this.#attributes.size === 0;
  }

  /** @param sequence The whole SGR sequence, from ESC to m. */
  apply(sequence: Buffer): void {
    const parameters = sequence.toString("latin1", 2, sequence.length - 1);
    let change = changes.get(parameters);
    if (change === undefined) {
      change = changeOf(parameters);
      if (changes.size < mostRemembered) changes.set(parameters, change);
    }
    change(this.#attributes);
  }

  /** One sequence that makes plain text look so; empty where it is plain. */
  toSequence(): Buffer {
    if (this.isPlain) return Buffer.alloc(0);
    return Buffer.from(`${escape}[${[...this.#attributes.values()].join(";")}m`);
  }
}

function changeOf(parameters: string): Change {
  const steps: Change[] = [];
  const words = parameters.split(";");
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const code = Number.parseInt(word, 10) || 0;
    const isExtended = (code === 38 || code === 48 || code === 58) && !word.includes(":");
    // 38;5;n and 38;2;r;g;b are one colour.
    const extra = isExtended ? { "5": 2, "2": 4 }[words[index + 1] ?? ""] : 0;
    // An unknown colour space: nobody can say where it ends.
    if (extra === undefined) break;
    const text = words.slice(index, index + 1 + extra).join(";");
    index += extra;
    steps.push(stepOf(code, text));
  }
  return (attributes) => {
    for (const step of steps) step(attributes);
  };
}

/** What one code sets, or takes back. */
function stepOf(code: number, text: string): Change {
  if (code === 0) return (attributes) => attributes.clear();
  const taken = takenBack.get(code);
  if (taken) {
    return (attributes) => {
      for (const kind of taken) attributes.delete(kind);
    };
  }
  if (text === "4:0") return (attributes) => void attributes.delete("underline");
  const kind = kindOf(code);
  // Set again it goes to the end, so that the later of two stands behind the earlier.
  return kind === null
    ? () => undefined
    : (attributes) => {
        attributes.delete(kind);
        attributes.set(kind, text);
      };
}

const takenBack = new Map<number, readonly string[]>([
  [22, ["bold", "faint"]],
  [23, ["italic"]],
  [24, ["underline"]],
  [25, ["blink"]],
  [27, ["inverse"]],
  [28, ["hidden"]],
  [29, ["struck"]],
  [39, ["color"]],
  [49, ["background"]],
  [50, ["spacing"]],
  [54, ["frame"]],
  [55, ["overline"]],
  [59, ["underline color"]],
  [75, ["raised"]],
]);

const kinds = new Map<number, string>([
  [1, "bold"],
  [2, "faint"],
  [3, "italic"],
  [4, "underline"],
  [21, "underline"],
  [5, "blink"],
  [6, "blink"],
  [7, "inverse"],
  [8, "hidden"],
  [9, "struck"],
  [26, "spacing"],
  [38, "color"],
  [48, "background"],
  [51, "frame"],
  [52, "frame"],
  [53, "overline"],
  [58, "underline color"],
  [73, "raised"],
  [74, "raised"],
]);

function kindOf(code: number): string | null {
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) return "color";
  if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) return "background";
  if (code >= 10 && code <= 20) return "font";
  return kinds.get(code) ?? null;
}
