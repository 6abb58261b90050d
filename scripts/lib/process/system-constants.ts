import { readFileSync } from "node:fs";

const auxiliary = readAuxiliaryVector();

/** Bytes a page; /proc counts resident memory in pages (16384 and 65536 occur on arm64). */
export const pageSize = auxiliary.get(6) ?? 4096;

/** Clock ticks a second; /proc counts CPU time and start times in ticks. */
export const ticksPerSecond = auxiliary.get(17) ?? 100;

/** What the kernel told this program when it was started, by AT_ number; empty without /proc. See getauxval(3). */
function readAuxiliaryVector(): ReadonlyMap<number, number> {
  const wordBytes = ["arm", "ia32", "mips", "mipsel", "ppc"].includes(process.arch) ? 4 : 8;
  const values = new Map<number, number>();
  let bytes: Buffer;
  try {
    bytes = readFileSync("/proc/self/auxv");
  } catch {
    return values;
  }
  const words = wordBytes === 8 ? new BigUint64Array(aligned(bytes)) : new Uint32Array(aligned(bytes));
  for (let index = 0; index + 1 < words.length; index += 2) values.set(Number(words[index]), Number(words[index + 1]));
  return values;
}

function aligned(bytes: Buffer): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length - (bytes.length % 8));
  new Uint8Array(copy).set(bytes.subarray(0, copy.byteLength));
  return copy;
}
