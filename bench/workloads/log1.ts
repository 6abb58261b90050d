import { logRace } from "./log-race.ts";

export const log1 = logRace("log1", "one service writes 1,000,000 lines of 100 bytes as fast as it can", 1, 1_000_000);
