import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { didYouMean, nearestName } from "../../../scripts/lib/diagnostic/nearest-name.ts";

const keys = ["command", "depends_on", "ports", "restart", "env_file"];

describe("nearestName", () => {
  test.each([
    ["comand", "command"],
    ["commnad", "command"],
    ["commands", "command"],
    ["COMMAND", "command"],
    ["dependson", "depends_on"],
    ["port", "ports"],
    ["command", "command"],
    ["volumes", null],
    ["", null],
    ["x", null],
  ])("%j: %j", (written, name) => {
    expect(nearestName(written, keys)).toBe(name);
  });

  test("of equally near names the first", () => {
    expect(nearestName("dba", ["db", "dbb"])).toBe("db");
    expect(nearestName("ac", ["ab", "ad"])).toBe("ab");
  });

  test("two neighbours swapped are one mistake, in short names too", () => {
    expect(nearestName("bd", ["db"])).toBe("db");
    expect(nearestName("aip", ["api"])).toBe("api");
  });

  test("there is nothing near where there is nothing", () => {
    expect(nearestName("x", [])).toBeNull();
  });

  test("a name is nearest to itself, and a name with one mistake is found", () => {
    const name = fc.string({ unit: fc.constantFrom("a", "b", "c", "d", "_"), minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(name, fc.nat(), fc.constantFrom("insert", "delete", "replace"), (written, seed, kind) => {
        const at = seed % written.length;
        const rest = written.slice(at + (kind === "insert" ? 0 : 1));
        const mistaken = `${written.slice(0, at)}${kind === "delete" ? "" : "z"}${rest}`;
        expect(nearestName(written, [written])).toBe(written);
        expect(nearestName(mistaken, [written])).toBe(written);
      }),
    );
  });
});

test("didYouMean is ready to be a hint", () => {
  expect(didYouMean("prts", keys)).toBe('Did you mean "ports"?');
  expect(didYouMean("volumes", keys)).toBeNull();
});
