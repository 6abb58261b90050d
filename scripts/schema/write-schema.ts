import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { servicesJsonSchema } from "../lib/config/services-json-schema.ts";

/** Writes services.schema.json: `node scripts/schema/write-schema.ts`. A test fails while the file is stale. */
const file = join(import.meta.dirname, "../../services.schema.json");
writeFileSync(file, `${JSON.stringify(servicesJsonSchema(), null, 2)}\n`);
