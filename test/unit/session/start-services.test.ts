import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readServicesFile } from "../../../scripts/lib/config/read-services-file.ts";
import { startServices } from "../../../scripts/lib/session/start-services.ts";
import { workspacePaths } from "../../../scripts/lib/state/workspace-paths.ts";

test("called off while the file is read: nobody is asked, and no supervisor is opened", async () => {
  const root = mkdtempSync(join(tmpdir(), "start-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const file = join(root, "services.yaml");
  writeFileSync(file, "services:\n  web: { command: 'true' }\n");
  const reading = Promise.withResolvers<void>();
  const until = new AbortController();
  let opened = 0;
  const starting = startServices(
    {
      paths: workspacePaths(root),
      version: "1",
      launcher: "/nowhere",
      early: null,
      open() {
        opened += 1;
        throw new Error("a supervisor is opened");
      },
      async readServices() {
        await reading.promise;
        return readServicesFile({ file, ambient: {}, profiles: [] });
      },
      emit: () => {},
      leave: () => {},
      until: until.signal,
    },
    { kind: "reload", profiles: [], dryRun: false },
  );
  const end = expect(starting).rejects.toBe("it is over");
  until.abort("it is over");
  reading.resolve();
  await end;
  expect(opened).toBe(0);
});
