import { Agent, get } from "node:http";
import { wordsOf } from "./run-program.ts";

/** What one question brought: healthy, or one line that says why not. */
export type Finding =
  | { readonly ok: true; readonly latencyMs: number; readonly message: string }
  | { readonly ok: false; readonly message: string };

const deadlineMs = 1_000;
const agent = new Agent({ keepAlive: true });

/** GETs an address on this machine; healthy is a 2xx within a second. Never throws. */
export async function probeHttp(url: string): Promise<Finding> {
  const since = performance.now();
  const { promise, resolve } = Promise.withResolvers<Finding>();
  const request = get(url, { agent, signal: AbortSignal.timeout(deadlineMs) }, (response) => {
    const status = response.statusCode ?? 0;
    const message = `HTTP ${status}`;
    response.on("error", (error) => resolve({ ok: false, message: wordsOf(error) }));
    response.on("end", () => {
      const latencyMs = Math.round(performance.now() - since);
      resolve(status >= 200 && status < 300 ? { ok: true, latencyMs, message } : { ok: false, message });
    });
    response.resume();
  });
  request.on("error", (error) => {
    resolve({ ok: false, message: error.name === "TimeoutError" ? `no answer in ${deadlineMs} ms` : wordsOf(error) });
  });
  return promise;
}
