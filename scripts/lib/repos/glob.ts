/**
 * Compiles a glob of names or paths. `*` and `?` stop at a slash, `**` does not; `[a-z]`, `[!a]` and `{a,b}` are what they are in a shell;
 * a backslash takes the next character as it is. Dots are ordinary characters. What is not closed is meant as written.
 *
 * Not node's own `path.matchesGlob`: it warns in node 22, and passes over names that begin with a dot.
 */
export function compileGlob(glob: string): (text: string) => boolean {
  const pattern = new RegExp(`^(?:${patternOf(glob)})$`, "su");
  return (text) => text === glob || pattern.test(text);
}

/** Whether the text has characters that mean more than themselves. */
export function isGlob(text: string): boolean {
  return /[*?[{\\]/.test(text);
}

function patternOf(glob: string): string {
  let pattern = "";
  for (let at = 0; at < glob.length;) {
    const [piece, length] = pieceAt(glob, at);
    pattern += piece;
    at += length;
  }
  return pattern;
}

/** The pattern of what stands at a place, and how many characters that is. */
function pieceAt(glob: string, at: number): readonly [pattern: string, length: number] {
  if (glob.startsWith("**/", at)) return ["(?:.*/)?", 3];
  if (glob.startsWith("**", at)) return [".*", 2];
  const character = String.fromCodePoint(glob.codePointAt(at) ?? 0);
  if (character === "*") return ["[^/]*", 1];
  if (character === "?") return ["[^/]", 1];
  if (character === "\\" && at + 1 < glob.length) return [literal(glob.slice(at + 1, at + 2)), 2];
  const special = character === "[" ? classAt(glob, at) : character === "{" ? choiceAt(glob, at) : null;
  return special ?? [literal(character), character.length];
}

function classAt(glob: string, at: number): readonly [string, number] | null {
  const isNegated = glob[at + 1] === "!" || glob[at + 1] === "^";
  const from = at + (isNegated ? 2 : 1);
  // A bracket that comes first is a member.
  const end = glob.indexOf("]", from + 1);
  if (end === -1) return null;
  const members = glob.slice(from, end).replaceAll(/[\\\][^]/g, String.raw`\$&`);
  const pattern = isNegated ? `(?!/)[^${members}]` : `[${members}]`;
  try {
    void new RegExp(pattern, "u");
  } catch {
    // A range that runs backwards.
    return null;
  }
  return [pattern, end + 1 - at];
}

function choiceAt(glob: string, at: number): readonly [string, number] | null {
  const choices: string[] = [];
  let depth = 0;
  let from = at + 1;
  for (let index = at; index < glob.length; index += 1) {
    const character = glob[index];
    if (character === "\\") index += 1;
    else if (character === "{") depth += 1;
    else if (character === "," && depth === 1) {
      choices.push(glob.slice(from, index));
      from = index + 1;
    } else if (character === "}") {
      depth -= 1;
      if (depth > 0) continue;
      choices.push(glob.slice(from, index));
      return choices.length === 1 ? null : [`(?:${choices.map(patternOf).join("|")})`, index + 1 - at];
    }
  }
  return null;
}

function literal(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}/]/g, String.raw`\$&`);
}
