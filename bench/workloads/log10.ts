import { logRace } from "./log-race.ts";

export const log10 = logRace(
  "log10",
  "10 services write 100,000 lines of 100 bytes each as fast as they can",
  10,
  100_000,
);
