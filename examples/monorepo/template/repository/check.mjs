// No line of the source is too long.
import { existsSync, readdirSync, readFileSync } from "node:fs";

const longest = 100;
const files = existsSync("src") ? readdirSync("src").toSorted() : [];
for (const file of files) {
  for (const [index, line] of readFileSync(`src/${file}`, "utf8").split("\n").entries()) {
    if (line.length <= longest) continue;
    console.log(`src/${file}:${index + 1}: longer than ${longest}`);
    process.exitCode = 1;
  }
}
console.log(files.length === 0 ? "nothing to check" : `checked ${files.join(", ")}`);
