// A small real program that a test steers over a unix socket: RIG_SOCKET names it, one JSON document a line, both ways.
// Plain JavaScript with three imports, because hundreds of them are started. It reports itself first, then does as it is told,
// and ends by itself when the socket closes, so that an aborted test run leaves nothing behind.
import { spawn } from "node:child_process";
import { readFileSync, writeSync } from "node:fs";
import { connect, createServer } from "node:net";

/** Milliseconds on the machine's monotonic clock: comparable between processes. */
const stamp = () => Number(process.hrtime.bigint()) / 1e6;
const startedAt = stamp();

const [name = "nameless", ...flags] = process.argv.slice(2);
const flag = (wanted) => (flags.includes(wanted) ? flags[flags.indexOf(wanted) + 1] : undefined);
const port = flag("--port") === undefined ? null : Number(flag("--port"));

let healthy = false;
let detached = false;
let grandchildren = 0;
const listening = new Map();

const socketPath = process.env.RIG_SOCKET;
if (socketPath === undefined) {
  writeSync(2, "RIG_SOCKET is not set: this program is for tests\n");
  process.exit(98);
}
const socket = connect(socketPath);
const send = (message, then) => socket.write(`${JSON.stringify({ stamp: stamp(), ...message })}\n`, then);
const leave = () => {
  if (!detached) process.exit(97);
};
socket.on("error", leave);
socket.on("close", leave);

const ignore = (signal) => {
  process.removeAllListeners(signal);
  process.on(signal, () => send({ signal }));
};
if (flag("--ignore") !== undefined) ignore(flag("--ignore"));

/** Answers anything with 200, or 503 while sick: http in as few bytes as a probe needs. */
const listen = (wanted) =>
  new Promise((resolve, reject) => {
    if (listening.has(wanted)) return resolve(wanted);
    const server = createServer((connection) => {
      connection.on("error", () => connection.destroy());
      connection.on("data", () => {
        const line = healthy ? "200 OK" : "503 Service Unavailable";
        const body = healthy ? "healthy" : "sick";
        connection.end(`HTTP/1.1 ${line}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
      });
    });
    server.once("error", reject);
    server.listen(wanted, "127.0.0.1", () => {
      listening.set(wanted, server);
      resolve(wanted);
    });
  });

/** `orphan` is a double fork: the shell between ends at once, so the grandchild's parent is not this program. */
const spawnGrandchild = ({ setsid, ignoreTerm, wipeEnvironment, orphan }) => {
  grandchildren += 1;
  const childName = `${name}/${grandchildren}`;
  const argv = [process.execPath, process.argv[1], childName, ...(ignoreTerm ? ["--ignore", "SIGTERM"] : [])];
  const [file, ...rest] = orphan ? ["/bin/sh", "-c", '"$@" &', "sh", ...argv] : argv;
  const env = wipeEnvironment ? { RIG_SOCKET: socketPath } : process.env;
  spawn(file, rest, { detached: setsid, stdio: "inherit", env }).unref();
  return childName;
};

/** Blocks until all is written: what was said before an exit must be in the log. */
const write = (text) => {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += writeSync(1, bytes, at));
};

const writeLines = (count) => {
  for (let from = 0; from < count; from += 1000) {
    const size = Math.min(1000, count - from);
    write(Array.from({ length: size }, (_, index) => `line ${from + index} of ${name}\n`).join(""));
  }
};

const orders = {
  // Both give the moment before anybody can see it.
  async becomeHealthy() {
    const at = stamp();
    healthy = true;
    if (port !== null) await listen(port);
    return at;
  },
  async becomeSick() {
    const at = stamp();
    healthy = false;
    if (port !== null) await listen(port);
    return at;
  },
  listen: ({ port: wanted }) => listen(wanted),
  closePorts() {
    for (const server of listening.values()) server.close();
    listening.clear();
  },
  ignore: ({ signal }) => ignore(signal),
  spawnGrandchild,
  print: ({ text }) => write(text),
  writeLines: ({ count }) => writeLines(count),
  detach() {
    detached = true;
    setInterval(() => {}, 60_000); // the socket no longer keeps it alive
  },
  exit: ({ code }) => send({ ending: true }, () => process.exit(code)),
  die({ signal }) {
    process.removeAllListeners(signal);
    send({ ending: true }, () => process.kill(process.pid, signal));
  },
};

let rest = "";
socket.setEncoding("utf8");
socket.on("data", async (text) => {
  const lines = (rest + text).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    const { id, order, ...input } = JSON.parse(line);
    try {
      send({ id, result: (await orders[order](input)) ?? null });
    } catch (error) {
      send({ id, error: String(error) });
    }
  }
});

const stat = readFileSync("/proc/self/stat", "latin1");
const startTime = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
const { pid, ppid, env } = process;
send({ hello: name, pid, ppid, startTime, startedAt, argv: process.argv, env, cwd: process.cwd() });
if (flags.includes("--healthy")) {
  send({ becameHealthy: await orders.becomeHealthy() });
}
