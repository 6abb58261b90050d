/** Words that mean something to a shell at the start of a command (POSIX, dash, bash): `exec` could not run them. */
const shellWords = new Set(
  (
    "case coproc do done elif else esac fi for function if in select then time until while " +
    ". : alias bg bind break builtin caller cd chdir command compgen complete compopt continue declare dirs disown echo enable " +
    "eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read " +
    "readarray readonly return set shift shopt source suspend test times trap true type typeset ulimit umask unalias unset wait"
  ).split(" "),
);

/**
 * Whether a command string is one program with its arguments, so that `sh -c 'exec TEXT'` does the same as `sh -c TEXT` but for the shell
 * that would stay in between (dash does not replace itself by its last command). In doubt: no.
 *
 * Quotes, escapes, `$X` and `${X:-default}` may stand in arguments; operators, redirections, groups, command substitution, several
 * lines and a leading assignment may not, and the program's name must be a plain word.
 */
export function isSimpleCommand(text: string): boolean {
  const name = programOf(text);
  return name !== null && !shellWords.has(name) && isOneCommand(text.trim());
}

/** The first word of a command string when it is plain: without quotes, expansions, and not an assignment. Null otherwise. */
export function programOf(text: string): string | null {
  return /^[\w./:@][\w./:@%+,-]*(?=\s|$)/.exec(text.trim())?.[0] ?? null;
}

/** `${X}` and its defaults, as long as the default is plain. */
const parameter = String.raw`\$\{[A-Za-z_]\w*(?::?[-+][^{}$"'\x60&|;<>()\\]*)?\}`;

/** Whatever takes the meaning from the characters in it, read from left to right as a shell does. */
const quoted = new RegExp(String.raw`\\.|'[^']*'|"(?:\\.|${parameter}|\$(?!\{)|[^"\\$])*"|${parameter}`, "g");

/** Whether nothing in it, outside of quotes, ends a command or starts another one. */
function isOneCommand(text: string): boolean {
  if (/[\n`]|\$[('"]/.test(text)) return false;
  return !/[;&|<>(){}'"\\#]/.test(text.replaceAll(quoted, "x"));
}
