// A real program that writes what runners get wrong: node nasty-program.mjs CASE [NAME] [--steered] [--lines N]
//   CASE       one of nasty-cases.ts, or `volume`: N lines of 1,000 bytes, each with NAME and its number
//   --steered  each write, and the end, is an order of the test (RIG_SOCKET, the protocol of steered-program.mjs)
// Without it: all at once, as fast as the reader takes it.
import { spawn, spawnSync } from "node:child_process";
import { fstatSync, readFileSync, writeSync } from "node:fs";
import { connect } from "node:net";
import { nastyCases } from "./nasty-cases.ts";
import { until } from "./until.ts";
import { volumeLine } from "./volume-line.ts";

const [wanted = "", ...rest] = process.argv.slice(2);
const name = rest.find((word) => !word.startsWith("--")) ?? wanted;
const isSteered = rest.includes("--steered");
const isGrandchild = rest.includes("--grandchild");
const lines = Number(rest.find((word) => word.startsWith("--lines="))?.slice("--lines=".length) ?? 0);

/** Blocks until all is written. */
const write = (text, descriptor) => {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      // Whoever shares the descriptor has made it non-blocking.
      if (error.code !== "EAGAIN") throw error;
    }
  }
};

const writeOne = (one) => (one.stderr === undefined ? write(one, 1) : write(one.stderr, 2));

/** The grandchild of `late grandchild` has the second write to itself. */
function* writes() {
  if (wanted === "volume") {
    for (let from = 0; from < lines; from += 64) {
      const count = Math.min(64, lines - from);
      yield Array.from({ length: count }, (_, index) => volumeLine(name, from + index)).join("");
    }
  } else if (wanted === "late grandchild") yield nastyCases[wanted][isGrandchild ? 1 : 0];
  else if (Object.hasOwn(nastyCases, wanted)) yield* nastyCases[wanted];
  else throw new Error(`no case is named ${JSON.stringify(wanted)}: ${Object.keys(nastyCases).join(", ")}`);
}

const beginGrandchild = () => {
  const flags = ["--grandchild", ...(isSteered ? ["--steered"] : [])];
  const argv = [process.argv[1], wanted, `${name}/late`, ...flags];
  spawn(process.execPath, argv, { stdio: "inherit" }).unref();
};

/** Until whoever reads our output has taken all of it. Node cannot ask the kernel that; perl can. */
const untilTaken = () => {
  const status = fstatSync(1);
  // TIOCOUTQ of a socket, FIONREAD of a pipe; of a file or terminal nothing can be asked.
  const request = status.isSocket() ? "0x5411" : status.isFIFO() ? "0x541B" : null;
  if (request === null) return;
  const script = `do { $n = pack("L", 0); ioctl(STDOUT, ${request}, $n) or die $!; select(undef, undef, undef, 0.001) } while unpack("L", $n)`;
  const { status: code, stderr } = spawnSync("perl", ["-e", script], { stdio: ["ignore", 1, "pipe"] });
  if (code !== 0) throw new Error(`perl: ${stderr}`);
};

const atOnce = async () => {
  const parent = process.ppid;
  if (isGrandchild && parent !== 1) await until(() => process.ppid !== parent, "its parent has ended");
  for (const one of writes()) writeOne(one);
  if (wanted === "late grandchild" && !isGrandchild) beginGrandchild();
};

const steered = () => {
  const socket = connect(process.env.RIG_SOCKET);
  const stamp = () => Number(process.hrtime.bigint()) / 1e6;
  const send = (message, then) => socket.write(`${JSON.stringify({ stamp: stamp(), ...message })}\n`, then);
  // An aborted test leaves nothing behind.
  for (const event of ["error", "close"]) socket.on(event, () => process.exit(97));
  const left = [...writes()];
  const orders = {
    write() {
      writeOne(left.shift());
      untilTaken();
      return left.length;
    },
    spawnGrandchild() {
      beginGrandchild();
      return `${name}/late`;
    },
    exit: ({ code }) => send({ ending: true }, () => process.exit(code)),
  };
  let begun = "";
  socket.setEncoding("utf8").on("data", (text) => {
    const documents = (begun + text).split("\n");
    begun = documents.pop() ?? "";
    for (const document of documents) {
      const { id, order, ...input } = JSON.parse(document);
      try {
        send({ id, result: orders[order](input) ?? null });
      } catch (error) {
        send({ id, error: String(error) });
      }
    }
  });
  const stat = readFileSync("/proc/self/stat", "latin1");
  const startTime = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  const { pid, ppid, env } = process;
  send({ hello: name, pid, ppid, startTime, startedAt: stamp(), argv: process.argv, env, cwd: process.cwd() });
};

if (isSteered) steered();
else await atOnce();
