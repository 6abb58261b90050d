import { placeAt } from "../diagnostic/code-frame.ts";
import { exitCodes, makeProblem, UserError } from "../diagnostic/user-error.ts";
import { parseTagExpression, type TagExpression } from "./tag-expression.ts";

/**
 * Reads a tag expression of the command line.
 *
 * @param option What it was typed after: `--tag`.
 * @throws {UserError} `TAG_EXPRESSION_SYNTAX` (exit code 64), with the text as its frame.
 */
export function readTypedTagExpression(text: string, option: string): TagExpression {
  const parsed = parseTagExpression(text);
  if (parsed.kind !== "fault") return parsed;
  const { message, hint, offset, length } = parsed;
  const place = placeAt(text, option, offset, length);
  const problem = makeProblem("TAG_EXPRESSION_SYNTAX", `The tag expression ${message}`, { place, hint });
  throw new UserError([problem], exitCodes.usage);
}
