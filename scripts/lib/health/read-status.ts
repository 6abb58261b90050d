import type { Socket } from "node:net";
import { oneLine } from "./one-line.ts";
import type { Finish } from "./over-connection.ts";
import { type Finding, failure } from "./probe-result.ts";

const longestHead = 64 * 1024;
const longestRest = 1024 * 1024;

/**
 * Reads the head of an HTTP/1 answer from a socket and judges its status.
 *
 * By hand, since a supervisor of a hundred services asks a hundred times a second, and node:http costs twice the CPU.
 */
export function readStatus(
  socket: Socket,
  finish: Finish,
  judge: (status: number, location: string | undefined) => Finding,
): void {
  let head = "";
  let rest: number | null = null;
  socket.on("data", (chunk) => {
    if (rest !== null) {
      rest += chunk.length;
      if (rest > longestRest) socket.destroy();
      return;
    }
    head = withoutInterim(head + chunk.toString("latin1"));
    if (!"HTTP/".startsWith(head.slice(0, 5))) {
      finish(failure("answered", `answered, but not in HTTP: ${oneLine(head.split("\n", 1)[0] ?? "")}`));
      return;
    }
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) {
      if (head.length > longestHead) finish(failure("answered", "its headers are too long"));
      return;
    }
    const status = /^HTTP\/\d\.\d (\d{3})(?!\d)/.exec(head)?.[1];
    if (status === undefined) {
      finish(failure("answered", `answered, but not in HTTP: ${oneLine(head.split("\n", 1)[0] ?? "")}`));
      return;
    }
    const location = /^location:(.*)$/im.exec(head.slice(0, end))?.[1];
    rest = 0;
    finish(judge(Number(status), location), { linger: true });
  });
  socket.once("close", () => {
    if (rest === null) finish(failure("answered", "closed the connection without an answer"));
  });
}

/** Drops answers of the kind "100 Continue", which come before the real one. */
function withoutInterim(head: string): string {
  let left = head;
  for (;;) {
    const end = left.indexOf("\r\n\r\n");
    if (end === -1 || !/^HTTP\/\d\.\d 1(?!01)\d\d/.test(left)) return left;
    left = left.slice(end + 4);
  }
}
