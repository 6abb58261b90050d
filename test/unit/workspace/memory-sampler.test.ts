import { expect, test } from "vitest";
import { identityOf, type ProcessIdentity } from "../../../scripts/lib/process/identity.ts";
import { MemorySampler } from "../../../scripts/lib/workspace/memory-sampler.ts";
import { openStage, until } from "../process/stage.ts";

const megabyte = 1024 * 1024;

/** Removes and adds again, to look at what was seen so far. */
function seen(sampler: MemorySampler, leader: ProcessIdentity): number {
  const peak = sampler.remove(leader) ?? 0;
  sampler.add(leader);
  return peak;
}

test("the most memory that a command and all it started had at a time; nothing of what was never looked at", async () => {
  await using stage = await openStage();
  const hungry = `const { writeFileSync } = require("node:fs"); globalThis.held = Buffer.alloc(${64 * megabyte}, 1); writeFileSync(process.env.STAGE, "hungry " + process.pid + "\\n"); setInterval(() => {}, 1e6);`;
  // The memory is a grandchild's, in a session of its own.
  const { target } = await stage.start("web", `setsid ${process.execPath} -e '${hungry}' & wait`);
  await stage.actor("hungry");
  const sampler = new MemorySampler();
  const quick = identityOf(process.pid);
  if (quick === null) throw new Error("this process is not there");
  sampler.add(quick);
  expect(sampler.remove(quick)).toBeNull();
  const leader = target.leader;
  sampler.add(leader);
  await until(() => seen(sampler, leader) > 64 * megabyte);
  sampler.remove(leader);
  expect(sampler.remove(leader)).toBeNull();
});
