import { test } from "vitest";
import { killAtRandomMoments } from "../support/kill-nine.ts";

test("kill -9 of the supervisor at 40 random moments", { timeout: 600_000 }, async () => {
  await killAtRandomMoments(40, Number(process.env["SEED"] ?? Date.now() % 1e9));
});
