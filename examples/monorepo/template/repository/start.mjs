// Stands for something that is started: a file that says so.
import { existsSync, writeFileSync } from "node:fs";

console.log(existsSync(".started") ? "was started already" : "started");
writeFileSync(".started", "");
