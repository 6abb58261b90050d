import { expect, test } from "vitest";
import { sizeWords } from "../../../scripts/lib/report/size-words.ts";

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [65_011_712, "62.0 MiB"],
  [104_857_600, "100 MiB"],
  [1024 ** 3 - 1, "1.0 GiB"],
  [1.5 * 1024 ** 3, "1.5 GiB"],
  [5000 * 1024 ** 4, "5000 TiB"],
])("%d bytes are %s", (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words);
});
