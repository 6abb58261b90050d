import { once } from "node:events";
import { expect, test } from "vitest";
import { memoryLine } from "../../../scripts/lib/control/memory-line.ts";

test("what is written at one end is read at the other; an end that closes closes both, after its last word", async () => {
  const [one, other] = memoryLine();
  let heard = "";
  other.setEncoding("utf8").on("data", (text: string) => (heard += text));
  one.resume();
  const closed = Promise.all([once(one, "close"), once(other, "close")]);
  one.write("hello ");
  one.end("goodbye");
  await closed;
  expect(heard).toBe("hello goodbye");
});

test("an end that is destroyed closes both", async () => {
  const [one, other] = memoryLine();
  const closed = once(other, "close");
  one.destroy();
  await closed;
  expect(other.destroyed).toBe(true);
});
