import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runEach } from "../../../scripts/index.ts";
import { processesOf } from "../../support/processes.ts";

function folderWith(...names: readonly string[]): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "groundswell-library-")));
  for (const name of names) mkdirSync(join(root, name, ".git"), { recursive: true });
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

test.each(["command-began", "command-ended"] as const)(
  "a program whose listener throws (%s) gets its error when nothing runs any more",
  async (type) => {
    const root = folderWith("a", "b", "c");
    const mistake = new Error("a mistake of the program");
    const running = runEach(["a", "b", "c"], ["sh", "-c", '[ "$0" = b ] || exec sleep 60', "{name}"], {
      root,
      onEvent(event) {
        if (event.type === type && (event.type === "command-ended" || event.index === 2)) throw mistake;
      },
    });
    await expect(running).rejects.toBe(mistake);
    expect(processesOf(root, "none")).toEqual([]);
    expect(readdirSync(join(root, ".groundswell/runs"))).toEqual([]);
  },
);
