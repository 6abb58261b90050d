// The floor: what Node can do at all. The job of Groundswell in its barest form, without a dependency, a message or a second thought.
//   node floor.mjs start|stop PLAN STATE
import { spawn } from "node:child_process";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setImmediate as breathe, setTimeout as pause } from "node:timers/promises";

const [, , verb, planFile, stateFile] = process.argv;
const { strategy, graceMs, services } = JSON.parse(readFileSync(planFile, "utf8"));

// What /proc says of a process: its start time, null when it is gone or a zombie.
function startTicks(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1).split(" ");
    return "ZX".includes(fields[0]) ? null : fields[19];
  } catch {
    return null;
  }
}

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(socket.destroy() !== null)).once("error", () => resolve(false));
  });

async function bringUp({ argv: [file, ...argv], port, log, name }) {
  const output = openSync(log, "a");
  const { pid } = spawn(file, argv, { detached: true, stdio: ["ignore", output, output] });
  const started = performance.now();
  const record = { name, pid, ticks: startTicks(pid), phase: "ready" };
  while (!(await answers(port))) await pause(performance.now() - started < 1000 ? 2 : 10);
  return record;
}

async function start() {
  const settled = new Map();
  const inWaves = new Map();
  for (const one of services) {
    const needed =
      strategy === "eager"
        ? one.dependsOn.map((name) => settled.get(name))
        : [...inWaves].flatMap(([wave, members]) => (wave < one.wave ? members : []));
    const run = Promise.all(needed).then(() => bringUp(one));
    settled.set(one.name, run);
    inWaves.set(one.wave, [...(inWaves.get(one.wave) ?? []), run]);
    await breathe(); // lets those that were spawned be probed meanwhile
  }
  writeFileSync(stateFile, JSON.stringify(await Promise.all(settled.values())));
  process.exit();
}

async function stop() {
  let left = JSON.parse(readFileSync(stateFile, "utf8")).filter(({ pid, ticks }) => startTicks(pid) === ticks);
  const signal = (name) => left.forEach(({ pid }) => process.kill(-pid, name));
  const killAt = performance.now() + graceMs;
  signal("SIGTERM");
  for (let isForced = false; left.length > 0; await pause(1)) {
    left = left.filter(({ pid, ticks }) => startTicks(pid) === ticks);
    if (isForced || performance.now() < killAt) continue;
    signal("SIGKILL");
    isForced = true;
  }
}

await (verb === "start" ? start() : stop());
