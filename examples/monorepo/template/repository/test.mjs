// Tests src/total.mjs.
import { existsSync } from "node:fs";

const cases = [
  { prices: [1, 2], expected: 3 },
  { prices: [0.1, 0.2], expected: 0.3 },
];

if (existsSync("src")) {
  const { total } = await import("./src/total.mjs");
  for (const { prices, expected } of cases) {
    const sum = total(prices);
    console.log(`${sum === expected ? "ok" : "not ok"}: ${prices.join(" + ")} is ${sum}`);
    if (sum !== expected) process.exitCode = 1;
  }
} else console.log("nothing to test");
