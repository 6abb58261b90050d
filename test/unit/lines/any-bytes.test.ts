import * as fc from "fast-check";
import { expect, test } from "vitest";
import { holds } from "../../support/holds.ts";
import { bytesOf, type Splitting } from "./splitting.ts";

const esc = "\u001B";

/** What is hard about output, often enough to meet. */
const morsels = fc.oneof(
  { arbitrary: fc.constantFrom("\n", "\r", "\r\n", " ", "word", "x".repeat(30)), weight: 5 },
  fc.constantFrom("\t", "\u0000", "\u0007", "\u0008", "\u000B", "\u000C", "\u007F", "\u0085", "\u009B", "\u2028"),
  fc.constantFrom("é", "°", "€", "😀", "日本"),
  fc.constantFrom(`${esc}[31m`, `${esc}[1;32m`, `${esc}[0m`, `${esc}[m`, `${esc}[39m`, `${esc}[22m`),
  fc.constantFrom(`${esc}[2J`, `${esc}[?1049h`, `${esc}[10;20H`, `${esc}]0;title\u0007`, `${esc}Pq${esc}\\`, `${esc}c`),
  fc.constantFrom(`${esc}]8;;http://a${esc}\\`, `${esc}]8;;\u0007`, `${esc}]8;;${esc}\\`),
  fc.constantFrom(esc, `${esc}[`, `${esc}]`, `${esc}[3`, "\u0018", "\\", ";", "m"),
  fc.uint8Array({ maxLength: 5 }),
);

const input = fc
  .array(morsels, { maxLength: 40 })
  .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part))));
const options: fc.Arbitrary<Splitting> = fc.record({
  color: fc.boolean(),
  // No smaller than what may have to be opened again in front of a character.
  longestBytes: fc.constantFrom(40, 60, 1024),
});

function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length));
}

test("however the bytes are cut into chunks, the lines are the same", async () => {
  const places = fc.array(fc.nat(), { maxLength: 12 });
  let pieces = 0;
  await holds(
    5_000,
    fc.property(input, places, options, (bytes, at, splitting) => {
      const whole = bytesOf([bytes], splitting);
      pieces += whole.length;
      expect(bytesOf(cut(bytes, at), splitting)).toEqual(whole);
    }),
    () => `${pieces} pieces`,
  );
});

test("nothing but text, tabs, colours and links comes through, and each line leaves the terminal as it was", async () => {
  const sgr = new RegExp(`${esc}\\[[\\d;:]*m`, "g");
  const link = new RegExp(`${esc}\\]8;[ -~]*?(?:\u0007|${esc}\\\\)`, "g");
  await holds(
    5_000,
    fc.property(input, options, (bytes, splitting) => {
      for (const line of bytesOf([bytes], splitting)) {
        const text = line.toString("latin1");
        const rest = text.replaceAll(link, "").replaceAll(sgr, "");
        const all = rest.split("");
        expect(all.filter((one) => (one < " " && one !== "\t") || one === "\u007F")).toEqual([]);
        expect(all.filter((one, at) => one === "\u00C2" && /^[\u0080-\u009F]/.test(rest.slice(at + 1)))).toEqual([]);
        if (!splitting.color) expect(rest).toBe(text);
        expect(linkAtEnd(text)).toBe("");
        expect(colorAtEnd(text)).toEqual(new Set());
      }
    }),
  );

  function linkAtEnd(text: string): string {
    const last = [...text.matchAll(link)].at(-1)?.[0] ?? "";
    return last
      .split(";")
      .slice(2)
      .join(";")
      .replaceAll(/[^ -~]|\\$/g, "");
  }
  /** Of the few codes used here. */
  function colorAtEnd(text: string): ReadonlySet<string> {
    const inForce = new Set<string>();
    for (const code of [...text.matchAll(sgr)].flatMap(([sequence]) => sequence.slice(2, -1).split(";"))) {
      if (code === "" || code === "0") inForce.clear();
      else if (code === "39") inForce.delete("color");
      else if (code === "22") inForce.delete("bold");
      else if (code === "1") inForce.add("bold");
      else if (/^3[1-7]$/.test(code)) inForce.add("color");
      // What chance made of other bytes.
      else return new Set();
    }
    return inForce;
  }
});

test("plain text comes through byte for byte", async () => {
  const plain = fc.array(fc.constantFrom("a", "é", "日本", "\t", " ", "\n", "\n", "word", "°"), { maxLength: 60 });
  const places = fc.array(fc.nat(), { maxLength: 6 });
  await holds(
    1_000,
    fc.property(plain, places, (parts, at) => {
      const text = parts.join("");
      const lines = text.split("\n");
      if (lines.at(-1) === "") lines.pop();
      expect(bytesOf(cut(Buffer.from(text), at)).map(String)).toEqual(lines);
    }),
  );
});
