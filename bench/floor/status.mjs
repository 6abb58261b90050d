// The floor of `status`: reads the state the floor has written, looks at every process, prints a table.
import { readFileSync } from "node:fs";

for (const { name, pid, ticks, phase } of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1).split(" ");
  console.log(name.padEnd(20), (fields[19] === ticks ? phase : "gone").padEnd(10), pid);
}
