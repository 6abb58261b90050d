// The floor: what Node can do at all. The job of Groundswell in its barest form, without a dependency, a message or a second thought.
//   node floor.mjs start|keep|stop PLAN STATE    keep: lives on, and spawns again whatever ends
import { spawn } from "node:child_process";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setImmediate as breathe, setTimeout as pause } from "node:timers/promises";

const [, , verb, planFile, stateFile] = process.argv;
const { strategy, graceMs, services } = JSON.parse(readFileSync(planFile, "utf8"));

const kept = new Set();

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

function bringUpAgain(service, record) {
  Object.assign(
    record,
    spawnOne(service, () => bringUpAgain(service, record)),
  );
  writeFileSync(stateFile, JSON.stringify([...kept]));
}

function spawnOne({ argv: [file, ...argv], output }, onEnd) {
  const child = spawn(file, argv, { detached: true, stdio: ["ignore", output, output] });
  if (verb === "keep") child.once("exit", onEnd);
  return { pid: child.pid, ticks: startTicks(child.pid) };
}

async function bringUp({ port, log, name, ...rest }) {
  const service = { ...rest, output: openSync(log, "a") };
  const record = { name, phase: "ready" };
  Object.assign(
    record,
    spawnOne(service, () => bringUpAgain(service, record)),
  );
  kept.add(record);
  const started = performance.now();
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
  if (verb === "start") process.exit();
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

await (verb === "stop" ? stop() : start());
