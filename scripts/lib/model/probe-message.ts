/** Stands in no other message of a probe, up to the output. */
const mark = "; output: ";

/** The message of a check whose command wrote something: to be shown as it comes. A file keeps it without, since what it wrote may hold anything. */
export function withOutput(message: string, output: string): string {
  return `${message}${mark}${output}`;
}

export function withoutOutput(message: string): string {
  const [before = ""] = message.split(mark, 1);
  return before;
}
