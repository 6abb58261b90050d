import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { program } from "./stage.ts";

test("inherited descriptors are closed but for those to keep; node's own stay", () => {
  const script = `exec 4</dev/null 5</dev/null 8</dev/null 9</dev/null; exec "${process.execPath}" "${program("close-inherited.ts")}"`;
  const told: unknown = JSON.parse(execFileSync("bash", ["-c", script], { encoding: "utf8" }));
  expect(told).toEqual({ closed: [4, 8, 9], open: [5] });
});

test("nothing inherited, nothing closed", () => {
  const told: unknown = JSON.parse(
    execFileSync(process.execPath, [program("close-inherited.ts")], { encoding: "utf8" }),
  );
  expect(told).toMatchObject({ closed: [] });
});
