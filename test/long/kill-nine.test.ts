import { test } from "vitest";
import { killAtRandomMoments } from "../support/kill-nine.ts";

test("kill -9 of the supervisor at 200 random moments", async () => {
  await killAtRandomMoments(200, Number(process.env["SEED"] ?? Date.now() % 1e9));
});
