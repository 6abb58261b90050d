import type { ProblemCode } from "../diagnostic/codes.ts";
import type { SourceSpan } from "../model/source-span.ts";
import { buildTree } from "./build-tree.ts";
import type { ProblemList } from "./problem-list.ts";
import type { SourceText } from "./source-text.ts";
import { type Document, isScalar, parseDocument, Scalar, visit, type YAMLError } from "./yaml-module.ts";
import type { YamlNode } from "./yaml-tree.ts";

/** Codes of the package yaml that mean something particular to us; all others are `YAML_SYNTAX`. */
const codes: Readonly<Record<string, ProblemCode>> = {
  TAG_RESOLVE_FAILED: "YAML_UNKNOWN_TAG",
  BAD_ALIAS: "YAML_ALIAS",
  ALIAS_PROPS: "YAML_ALIAS",
};

const hints: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "Indent with blanks: YAML does not allow tabs.",
  MISSING_CHAR: "Close what was opened here.",
  BLOCK_AS_IMPLICIT_KEY: 'Put quotes around a value that contains ": ".',
  BAD_SCALAR_START: "Put quotes around the value.",
  BAD_INDENT: "Keys of one map start in the same column; what opens with [ or { must be closed.",
  BAD_DQ_ESCAPE: "Write \\\\ for a backslash, or use single quotes.",
  MULTILINE_IMPLICIT_KEY: "Is a colon missing?",
  MULTIPLE_DOCS: "Keep one document: remove the line ---.",
  TAG_RESOLVE_FAILED: "Remove the tag: only plain text, numbers, true and false, lists and maps are used here.",
};

/** Faults that leave the rest of the file readable; after any other it is a guess. */
const local = new Set(["TAG_RESOLVE_FAILED", "BAD_ALIAS", "ALIAS_PROPS", "BAD_SCALAR_START", "BAD_DQ_ESCAPE"]);

/**
 * Parses YAML 1.2 with merge keys into a tree that knows its places. Every fault goes to `problems`.
 * Where the file's structure is broken, `problems` is told to distrust what follows.
 *
 * @returns What could be read; null for a file without any value.
 */
export function readYaml(source: SourceText, problems: ProblemList): YamlNode | null {
  const document = parseDocument(source.text, {
    version: "1.2",
    merge: true,
    strict: true,
    uniqueKeys: true,
    prettyErrors: false,
  });
  reportStrangeCharacter(source, problems);
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== "1.2") {
    problems.add("YAML_SYNTAX", "Only YAML 1.2 is read", spanOf(source, 0, 1), {
      hint: "Remove the line that begins with %YAML.",
    });
  }
  for (const error of withoutEchoes([...document.errors, ...document.warnings])) {
    const [start, end] = placeOfError(error, document);
    // An indentation is shown by what it indents.
    const shown = error.code === "BAD_INDENT" ? start + source.text.slice(start).search(/[^ ]|$/) : start;
    const span = spanOf(source, shown, Math.max(shown + 1, end));
    problems.add(codes[error.code] ?? "YAML_SYNTAX", wordsFor(error), span, { hint: hints[error.code] ?? null });
    if (!local.has(error.code)) problems.distrust(source.file, source.text.slice(0, start).trimEnd().length);
  }
  return document.contents === null ? null : buildTree(document.contents, source, problems);
}

function spanOf({ file }: SourceText, start: number, end: number): SourceSpan {
  return { file, offset: start, length: end - start };
}

/** The first control character but tab and line ends, which the package yaml lets pass. */
function reportStrangeCharacter(source: SourceText, problems: ProblemList): void {
  const strange = /(?![\t\n\r\u0085])\p{Cc}/u.exec(source.text);
  if (!strange) return;
  const code = strange[0].charCodeAt(0).toString(16).padStart(2, "0");
  problems.add("YAML_SYNTAX", "YAML does not allow this character", spanOf(source, strange.index, strange.index + 1), {
    hint: `Write it as an escape in double quotes: "\\x${code}".`,
  });
  problems.distrust(source.file, strange.index);
}

/** Duplicate keys are found by `buildTree`, which can name both places; one fault often breaks several rules at one place. */
function withoutEchoes(errors: readonly YAMLError[]): readonly YAMLError[] {
  const seen = new Set<number>();
  let isExhausted = false;
  return errors.filter(({ code, pos: [start] }) => {
    if (code === "DUPLICATE_KEY" || seen.has(start)) return false;
    if (code === "RESOURCE_EXHAUSTION" && isExhausted) return false;
    if (code === "RESOURCE_EXHAUSTION") isExhausted = true;
    seen.add(start);
    return true;
  });
}

/** A missing quote is noticed at the end of the file; the user needs to see where it was opened. */
function placeOfError(error: YAMLError, document: Document.Parsed): readonly [start: number, end: number] {
  const [start, end] = error.pos;
  if (error.code !== "MISSING_CHAR") return [start, end];
  let opened: number | null = null;
  visit(document, {
    Scalar(_key, node) {
      const isQuoted = node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE;
      if (isScalar(node) && isQuoted && node.range?.[1] === start) opened = node.range[0];
    },
  });
  return opened === null ? [start, end] : [opened, opened + 1];
}

function wordsFor({ code, message }: YAMLError): string {
  if (code === "RESOURCE_EXHAUSTION") return "This is nested too deeply";
  if (code === "MULTIPLE_DOCS") return "The file holds more than one YAML document";
  if (code === "TAG_RESOLVE_FAILED") return message.replace(/^Unresolved tag/, "Unknown tag");
  return message
    .replace(/(?<=[Mm]issing closing )"quote$/, "double quote")
    .replace(/(?<=[Mm]issing closing )'quote$/, "single quote");
}
