import { expect, test } from "vitest";
import { killServices } from "/work/main/scripts/lib/process/kill-services.ts";
import { openStage, program } from "/work/main/test/unit/process/stage.ts";
for (const us of [5000,1000,500,200,50,0]) for (let i=0;i<3;i++) test(`wander ${us} ${i}`, async () => {
  await using stage = await openStage();
  const { target } = await stage.start("w", ["perl", program("wander.pl"), String(us)], { graceMs: 50 });
  await stage.actor("wandering");
  const t=performance.now();
  const r = await killServices([target], stage.options());
  const n=stage.actors().length; await new Promise(r=>setTimeout(r,600)); console.log('beats', n, stage.actors().length); console.log(us, r, performance.now()-t, stage.living().length);
});
