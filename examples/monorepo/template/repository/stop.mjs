// The other way round.
import { existsSync, rmSync } from "node:fs";

console.log(existsSync(".started") ? "stopped" : "was not started");
rmSync(".started", { force: true });
