import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { followLogs } from "../../../scripts/lib/session/follow-logs.ts";
import { workspacePaths } from "../../../scripts/lib/state/workspace-paths.ts";
import { until } from "../../support/until.ts";

test("a log that cannot be read is told, once; the others are shown on", async () => {
  const root = mkdtempSync(join(tmpdir(), "follow-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const paths = workspacePaths(root);
  mkdirSync(join(paths.logs, "bad.log"), { recursive: true });
  const unreadable: string[] = [];
  let shown = "";
  const logs = followLogs({
    paths,
    names: ["bad", "web"],
    color: false,
    longestLineBytes: 1_000,
    async write(bytes) {
      shown += bytes.toString();
    },
    onUnreadable: (service, errno) => unreadable.push(`${service} ${errno}`),
  });
  logs.follow("bad");
  await until(() => unreadable.length > 0, "it is told");
  logs.follow("web");
  logs.follow("bad");
  writeFileSync(join(paths.logs, "web.log"), "hello\n");
  await until(() => shown !== "", "the other is shown");
  await logs.end();
  expect({ shown, unreadable }).toEqual({ shown: "web | hello\n", unreadable: ["bad EISDIR"] });
});
