import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { faultPoints, pauseAtFaultPoint } from "../../../scripts/lib/process/fault-point.ts";
import { openForWriting } from "../../support/fault-point.ts";
import { until } from "../../support/until.ts";

test("unset: passes every point without a look at the FIFO", () => {
  const pauseAt = pauseAtFaultPoint(undefined, "/nowhere/pause");
  for (const point of faultPoints) pauseAt(point);
});

test("an unknown point is an error that names those there are", () => {
  expect(() => pauseAtFaultPoint("recroded", "/nowhere/pause")).toThrow(
    `GROUNDSWELL_TEST_PAUSE: no fault point is called "recroded"; there are ${faultPoints.join(", ")}`,
  );
});

test("the wanted point holds the process until the writer of the FIFO is gone; the others are passed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "groundswell-pause-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const fifo = join(folder, "pause");
  execFileSync("mkfifo", [fifo]);
  const module = new URL("../../../scripts/lib/process/fault-point.ts", import.meta.url).href;
  const script = `
    import { pauseAtFaultPoint } from ${JSON.stringify(module)};
    const pauseAt = pauseAtFaultPoint("recorded", ${JSON.stringify(fifo)});
    pauseAt("planned");
    process.stdout.write("before");
    pauseAt("recorded");
    process.stdout.write(" after");
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = text(child.stdout);
  const writer = await until(() => openForWriting(fifo), "the point is reached");
  expect(child.exitCode).toBeNull();
  closeSync(writer);
  await once(child, "exit");
  expect(await said).toBe("before after");
});
