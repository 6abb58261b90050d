import { setFlagsFromString } from "node:v8";

/**
 * Keeps V8's young generation at the size it has at the beginning. What is read from pipes comes in buffers that are garbage as soon as they have been
 * written on, and V8 looks for garbage when the young generation is full, not when such buffers, which lie elsewhere, have come to a hundred megabytes.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
