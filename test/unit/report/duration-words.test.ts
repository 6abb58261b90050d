import { expect, test } from "vitest";
import { durationWords, elapsedWords, limitWords } from "../../../scripts/lib/report/duration-words.ts";

test.each([
  [0, "0 ms"],
  [-5, "0 ms"],
  [31.4, "31 ms"],
  [99.4, "99 ms"],
  [99.6, "0.10 s"],
  [310, "0.31 s"],
  [9_994, "9.99 s"],
  [9_996, "10.0 s"],
  [12_345, "12.3 s"],
  [59_949, "59.9 s"],
  [59_960, "1 min"],
  [125_000, "2 min 5 s"],
  [3_599_600, "1 h"],
  [11_520_000, "3 h 12 min"],
  [187_200_000, "2 d 4 h"],
])("%d ms took %s", (ms, words) => {
  expect(durationWords(ms)).toBe(words);
});

test.each([
  [0, "0.0 s"],
  [999, "0.9 s"],
  [9_999, "9.9 s"],
  [10_001, "10 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
])("%d ms have gone by as %s", (ms, words) => {
  expect(elapsedWords(ms)).toBe(words);
});

test.each([
  [250, "0.25 s"],
  [60_000, "60 s"],
  [90_000, "90 s"],
  [600_000, "10 min"],
])("a limit of %d ms is %s", (ms, words) => {
  expect(limitWords(ms)).toBe(words);
});
