import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A small disk of its own under a folder, which the test can fill. Disposing of it unmounts it. */
export interface SmallDisk extends Disposable {
  /** Until not one byte more can be written. */
  readonly fill: () => void;
  readonly clear: () => void;
}

/** Mounts 256 KB over a folder; whatever was in it is hidden. Declare it after the workspace, so that it goes first. */
export function smallDisk(folder: string): SmallDisk {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k,mode=755", "tmpfs", folder]);
  let isMounted = true;
  const ballast = join(folder, ".ballast");
  const unmount = (): void => {
    // Lazily: what still runs may work there.
    if (isMounted) execFileSync("umount", ["--lazy", folder]);
    isMounted = false;
  };
  // Of a test that ran out of time, the scope never ends.
  onTestFinished(unmount);
  return {
    fill() {
      const descriptor = openSync(ballast, "a");
      try {
        for (const block = Buffer.alloc(4096); ;) writeSync(descriptor, block);
      } catch {
        // Full.
      } finally {
        closeSync(descriptor);
      }
    },
    clear: () => rmSync(ballast, { force: true }),
    [Symbol.dispose]: unmount,
  };
}
