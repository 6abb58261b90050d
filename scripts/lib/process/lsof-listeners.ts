import { askProgram } from "./ask-program.ts";
import { foundNothing } from "./found-nothing.ts";

/**
 * Who listens on TCP, by the program lsof: for systems without /proc. Synchronous, tens of milliseconds.
 *
 * @returns null when there is no lsof: then nothing is known.
 */
export function readLsofListeners(): readonly { port: number; address: string; uid: number; pid: number }[] | null {
  let text: string;
  try {
    text = askProgram("lsof", ["-nP", "-iTCP", "-sTCP:LISTEN", "-FpunP"]);
  } catch (error) {
    // 1: nothing listens.
    return foundNothing(error) ? [] : null;
  }
  return parseLsof(text);
}

/** One field a line, named by its first letter: p starts a process, u its user, n is a name such as `127.0.0.1:8000`, `[::1]:8000`, `*:8000`. */
export function parseLsof(text: string): readonly { port: number; address: string; uid: number; pid: number }[] {
  const listeners = [];
  let pid = 0;
  let uid = 0;
  for (const line of text.split("\n")) {
    const value = line.slice(1);
    if (line.startsWith("p")) pid = Number(value);
    if (line.startsWith("u")) uid = Number(value);
    const name = /^n(.*):(\d+)$/.exec(line);
    if (name === null) continue;
    const address = (name[1] ?? "").replaceAll(/[[\]]/g, "");
    listeners.push({ port: Number(name[2]), address: address === "*" ? "::" : address, uid, pid });
  }
  return listeners;
}
