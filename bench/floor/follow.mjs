// The floor of `logs -f`: follows files and puts their names in front of lines. No control sequences, no rotation, no back-pressure.
//   node follow.mjs FILE...
import { openSync, read, writeSync } from "node:fs";
import { basename } from "node:path";
import { promisify } from "node:util";

const readSome = promisify(read);

async function follow(file) {
  const descriptor = openSync(file, "r");
  const block = Buffer.allocUnsafeSlow(512 * 1024);
  const prefix = `${basename(file, ".log")} | `;
  let begun = "";
  for (;;) {
    const { bytesRead } = await readSome(descriptor, block, 0, block.length, null);
    if (bytesRead === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      continue;
    }
    const text = begun + block.latin1Slice(0, bytesRead);
    const end = text.lastIndexOf("\n");
    begun = text.slice(end + 1);
    if (end === -1) continue;
    const lines = Buffer.from(`${prefix}${text.slice(0, end).replaceAll("\n", `\n${prefix}`)}\n`, "latin1");
    for (let at = 0; at < lines.length;) at += writeSync(1, lines, at);
  }
}

await Promise.all(process.argv.slice(2).map(follow));
