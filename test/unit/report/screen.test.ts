import { expect, test } from "vitest";
import { wantsColor } from "../../../scripts/lib/diagnostic/wants-color.ts";
import { screenOf } from "../../../scripts/lib/report/screen.ts";

test.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: true }, { TERM: "dumb" }, false],
  [{ isTTY: true }, { NO_COLOR: "1" }, false],
  [{ isTTY: true }, { NO_COLOR: "" }, true],
  [{}, {}, false],
  [{}, { FORCE_COLOR: "1" }, true],
  [{}, { FORCE_COLOR: "" }, true],
  [{}, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
  [{ isTTY: true }, { FORCE_COLOR: "0" }, false],
])("%j with %j: colour %s", (stream, env, color) => {
  expect(wantsColor(stream, env)).toBe(color);
});

test("a pipe has no width and no colour", () => {
  const screen = screenOf(process.stdout, { FORCE_COLOR: "0" });
  // vitest's workers write to a pipe.
  expect(process.stdout.isTTY).toBeFalsy();
  expect(screen).toMatchObject({ color: false, width: Number.POSITIVE_INFINITY });
});
