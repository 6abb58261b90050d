import { expect, test } from "vitest";
import { masked } from "../../../scripts/recording/masked.ts";
import { readDocument } from "./documents.ts";

/** Commands with what they print, each as it stands between two prompts. */
function scenes(page: string, marker: string): readonly string[] {
  const [, block = ""] =
    new RegExp(`<!-- ${marker}:begin -->\\n+\`\`\`text\\n([^]*?)\`\`\`\\n`).exec(readDocument(page)) ?? [];
  return block.split(/^(?=\$ )/m).map((scene) => masked(scene.trim()));
}

test("what the README shows of many repositories is a part of the example's recording, which a test compares with what happens", () => {
  const shown = scenes("README.md", "monorepo");
  expect(shown.length).toBeGreaterThan(1);
  const recorded = scenes("examples/monorepo/README.md", "recording");
  for (const scene of shown) expect(recorded).toContain(scene);
});
