import type { ProblemCode } from "../diagnostic/codes.ts";
import { parseTemplate, type TemplatePart, type VariablePart } from "./template.ts";

/** The value of a variable, undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

interface InterpolationFinding {
  readonly code: Extract<ProblemCode, "INTERPOLATION_SYNTAX" | "INTERPOLATION_REQUIRED" | "VARIABLE_UNSET">;
  readonly message: string;
  /** Within the text, in UTF-16 units. */
  readonly offset: number;
  readonly length: number;
}

interface Interpolated {
  /** null when there is an error among the findings. */
  readonly text: string | null;
  readonly findings: readonly InterpolationFinding[];
}

/**
 * Puts variables in: `${X}`, `${X:-default}`, `${X-default}`, `${X:?message}`, `${X?message}`, `${X:+other}`, `${X+other}`, each
 * operand nested as deep as 32; `$$` becomes `$`; a bare `$X` stays. A value that was put in is not looked at again, nothing is executed.
 *
 * With a colon an empty value counts as unset. A variable that is unset and has no default becomes "" with the warning `VARIABLE_UNSET`.
 */
export function interpolate(text: string, lookup: Lookup): Interpolated {
  const { parts, faults } = parseTemplate(text);
  if (faults.length > 0) {
    return { text: null, findings: faults.map((fault) => ({ code: "INTERPOLATION_SYNTAX", ...fault })) };
  }
  const findings: InterpolationFinding[] = [];
  const result = parts.map((part) => evaluate(part, lookup, findings)).join("");
  return { text: findings.some(({ code }) => code !== "VARIABLE_UNSET") ? null : result, findings };
}

function evaluate(part: TemplatePart, lookup: Lookup, findings: InterpolationFinding[]): string {
  if (part.kind === "text") return part.text;
  const { name, operator, offset, length } = part;
  const value = lookup(name);
  const isSet = operator.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
  const operand = (): string => part.operand.map((inner) => evaluate(inner, lookup, findings)).join("");
  switch (operator) {
    case ":+":
    case "+":
      return isSet ? operand() : "";
    case ":-":
    case "-":
      return isSet ? (value ?? "") : operand();
    case ":?":
    case "?":
      if (!isSet) findings.push(missing(part, operand()));
      return value ?? "";
    case "":
      if (!isSet) findings.push({ code: "VARIABLE_UNSET", message: `The variable ${name} is not set`, offset, length });
      return value ?? "";
  }
}

function missing({ name, operator, offset, length }: VariablePart, message: string): InterpolationFinding {
  const state = operator === ":?" ? "not set or empty" : "not set";
  const reason = message.trim() === "" ? "" : `: ${message.trim()}`;
  return { code: "INTERPOLATION_REQUIRED", message: `The variable ${name} is ${state}${reason}`, offset, length };
}
