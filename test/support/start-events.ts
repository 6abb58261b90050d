import { expect } from "vitest";
import type { Finished } from "./running-command.ts";

export interface StartEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The events of `start_dev --json`: every line of stdout is a JSON document, and the first says which schema it follows. */
export function startEvents({ stdout }: Pick<Finished, "stdout">): readonly StartEvent[] {
  const lines = stdout.trimEnd().split("\n");
  const events = lines.map((line): StartEvent & { schemaVersion?: number } => JSON.parse(line));
  expect(events[0]?.schemaVersion).toBe(1);
  return events;
}
