import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { masked } from "../../scripts/recording/masked.ts";
import { recordingIn } from "../../scripts/recording/readme.ts";
import { record } from "../../scripts/recording/record.ts";
import { shownPorts, shopYaml } from "../../scripts/recording/shop.ts";
import { freePort } from "../support/free-port.ts";

const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");

test("what the README shows is what happens", { timeout: 240_000 }, async () => {
  const ports = { db: freePort(), wrongDb: freePort(), api: freePort(), web: freePort() };
  expect(masked(await record(ports))).toBe(masked(recordingIn(readme)));
});

test("the README's services.yaml is that of the recording", () => {
  expect(readme).toContain(`\`\`\`yaml\n${shopYaml(shownPorts)}\`\`\`\n`);
});
