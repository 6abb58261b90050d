// Says which file of src/ has changed, until it is stopped.
import { existsSync, readdirSync, watch } from "node:fs";

if (existsSync("src")) {
  watch("src", (_event, file) => console.log(`${file} has changed`));
  console.log(`watching ${readdirSync("src").join(", ")}`);
} else {
  console.error("there is no src/ to watch");
  process.exitCode = 1;
}
