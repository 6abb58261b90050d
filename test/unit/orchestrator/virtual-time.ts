import { machine } from "./virtual-machine.ts";

/** Midnight of the virtual day, in milliseconds since the epoch. */
const epoch = 1_700_000_000_000;

/** The product's timers and clocks are the present machine's from now on. @returns undoes it. */
export function installVirtualTime(): () => void {
  const undo = [
    replace(globalThis, {
      setTimeout: (run: () => void, delayMs = 0) => timer(delayMs, run),
      clearTimeout: (one?: VirtualTimer) => one?.cancel(),
      setInterval: (run: () => void, everyMs: number) => interval(everyMs, run),
      clearInterval: (one?: VirtualTimer) => one?.cancel(),
    }),
    replace(performance, { now: () => machine().clock.now }),
    replace(Date, { now: () => epoch + machine().clock.now }),
    replace(AbortSignal, { timeout: abortedAfter }),
    // Every abort makes an error, and its stack is what costs: a deep one a third of the whole time.
    replace(Error, { stackTraceLimit: 2 }),
  ];
  return () => undo.forEach((one) => one());
}

/** Not by vitest's spies: they remember every call, and here are millions. */
function replace(object: object, members: Readonly<Record<string, unknown>>): () => void {
  const before = Object.fromEntries(Object.keys(members).map((key) => [key, Reflect.get(object, key)]));
  Object.assign(object, members);
  return () => Object.assign(object, before);
}

function abortedAfter(delayMs: number): AbortSignal {
  const controller = new AbortController();
  machine().clock.at(delayMs, "product", () => controller.abort(new DOMException("too late", "TimeoutError")));
  return controller.signal;
}

interface VirtualTimer {
  readonly cancel: () => void;
  readonly ref: () => VirtualTimer;
  readonly unref: () => VirtualTimer;
}

function timerThat(cancel: () => void): VirtualTimer {
  const one: VirtualTimer = { cancel, ref: () => one, unref: () => one };
  return one;
}

function timer(delayMs: number, run: () => void): VirtualTimer {
  const { clock } = machine();
  const entry = clock.at(delayMs, "product", run);
  return timerThat(() => clock.cancel(entry));
}

function interval(everyMs: number, run: () => void): VirtualTimer {
  const { clock } = machine();
  const again = () => clock.at(everyMs, "product", tick);
  let entry = again();
  function tick(): void {
    entry = again();
    run();
  }
  return timerThat(() => clock.cancel(entry));
}

/** node:timers/promises, as far as the product uses it. */
export const timersPromises = {
  setTimeout: async (delayMs: number, value?: unknown, options: { readonly signal?: AbortSignal } = {}) => {
    const { clock } = machine();
    const { signal } = options;
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const entry = clock.at(delayMs, "product", () => {
        signal?.removeEventListener("abort", onAbort);
        resolve(value);
      });
      function onAbort(): void {
        clock.cancel(entry);
        reject(new DOMException("called off", "AbortError"));
      }
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  },
  setImmediate: async () =>
    new Promise<void>((resolve) => {
      machine().clock.at(0, "product", resolve);
    }),
};
