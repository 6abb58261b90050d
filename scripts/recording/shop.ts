import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Ports of the recorded stack, as the README shows them. Nobody listens on `wrongDb`: it is the mistake. */
export const shownPorts = { db: 5432, wrongDb: 5433, api: 8000, web: 3000 } as const;

export type Ports = Readonly<Record<keyof typeof shownPorts, number>>;

/** The services.yaml of the recording: the README shows it as its example. */
export function shopYaml(ports: Ports): string {
  return `name: shop

services:
  db:
    command: node db.mjs
    ports: [${ports.db}] # no healthcheck: ready as soon as the port accepts

  migrate:
    command: node migrate.mjs
    type: task # runs once; exit code 0 lets its dependents start
    depends_on: [db]

  api:
    command: node api.mjs
    depends_on: [migrate]
    environment: { DB_PORT: "${ports.db}" }
    ports: [${ports.api}]
    healthcheck: { http: "http://127.0.0.1:${ports.api}/health" }

  worker:
    command: node worker.mjs
    depends_on: [migrate]
    healthcheck: { log: "^waiting for jobs" } # ready when it says so

  web:
    command: node web.mjs
    depends_on: [api]
    ports: [${ports.web}]
`;
}

/** Programs that take a moment to start, as real ones do: a database, a migration, an API that needs the database, a worker, a page. */
function programs(ports: Ports): Readonly<Record<string, string>> {
  const serve = (what: string, port: number, afterMs: number): string =>
    `import { createServer } from "node:http";
setTimeout(() => createServer((_request, answer) => answer.end("${what}\\n")).listen(${port}, "127.0.0.1"), ${afterMs});
`;
  return {
    "db.mjs": serve("db", ports.db, 400),
    "migrate.mjs": `setTimeout(() => console.log("2 migrations done"), 300);\n`,
    "api.mjs": `import { connect } from "node:net";
const port = process.env.DB_PORT;
console.log("looking for the database on port " + port);
connect(port, "127.0.0.1")
  .on("error", () => {
    console.error("Error: no database on port " + port);
    process.exit(1);
  })
  .on("connect", async function () {
    this.destroy();
    await import("./serve-api.mjs");
  });
`,
    "serve-api.mjs": serve("api", ports.api, 900),
    "worker.mjs": `setTimeout(() => console.log("waiting for jobs"), 1_100);\nsetInterval(() => {}, 60_000);\n`,
    "web.mjs": serve("web", ports.web, 500),
  };
}

/** Writes the stack into a folder, which it makes. */
export function writeShop(folder: string, ports: Ports): void {
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries({ "services.yaml": shopYaml(ports), ...programs(ports) })) {
    writeFileSync(join(folder, file), text);
  }
}
