import * as fc from "fast-check";
import { relative } from "node:path";
import { expect, test } from "vitest";
import { watchLogFile } from "../../../scripts/lib/workspace/watch-log.ts";
import { holds } from "../../support/holds.ts";

test.each([
  ["web", "web.log"],
  ["backend/auth", "backend/auth.log"],
  ["größe 1", "größe 1.log"],
  [".", "%2E.log"],
  ["..", "%2E%2E.log"],
  ["../../etc/passwd", "%2E%2E/%2E%2E/etc/passwd.log"],
  ["/outside/a", "%2F/outside/a.log"],
  ["a\nb\u001B[2J", "a%0Ab%1B[2J.log"],
  ["100%", "100%25.log"],
  ["a.log/b", "a%2Elog/b.log"],
  ["a.log.1/b", "a%2Elog.1/b.log"],
])("%j is logged in %j", (name, file) => {
  expect(watchLogFile("/logs", name)).toBe(`/logs/${file}`);
});

test("whatever the name: below the folder, and another name has another log, which is neither's folder nor former log", async () => {
  const part = fc.oneof(
    fc.constantFrom("", ".", "..", "a", "a.log", "a.log.1", "%2E", "%", "\n"),
    fc.string({ unit: "binary", maxLength: 4 }).filter((text) => !text.includes("/") && !text.includes("\0")),
  );
  const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
  await holds(
    2_000,
    fc.property(name, name, (one, other) => {
      const [first, second] = [watchLogFile("/logs", one), watchLogFile("/logs", other)];
      expect(relative("/logs", first)).not.toMatch(/^\.\.(?:\/|$)|\p{Cc}/u);
      if (one.toWellFormed() === other.toWellFormed()) return;
      expect(second).not.toBe(first);
      expect(second).not.toBe(`${first}.1`);
      expect(second.startsWith(`${first}/`) || second.startsWith(`${first}.1/`)).toBe(false);
    }),
  );
});
