import { openLog } from "./open-log.ts";

const mostBytes = 1024 * 1024;

/**
 * Reads on in a log, at most 1 MiB a call.
 *
 * @param offset In bytes. Behind the end of the file: it was cut off, and is read from its beginning.
 * @returns `text` ends at a whole character; bytes that are no UTF-8 become U+FFFD. `nextOffset` is where to read on; an empty
 *   text means that there is nothing new, or no file.
 */
export async function readLogFrom(
  file: string,
  offset: number,
): Promise<{ readonly text: string; readonly nextOffset: number }> {
  const handle = await openLog(file);
  if (!handle) return { text: "", nextOffset: 0 };
  try {
    const { size } = await handle.stat();
    const from = offset > size ? 0 : Math.max(0, offset);
    const length = Math.min(size - from, mostBytes);
    if (length === 0) return { text: "", nextOffset: from };
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, from);
    const whole = wholeCharacters(buffer.subarray(0, bytesRead));
    return { text: whole.toString("utf8"), nextOffset: from + whole.length };
  } finally {
    await handle.close();
  }
}

/** Leaves out the beginning of a UTF-8 sequence whose end is not there yet. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >> 6 === 0b10) continue;
    return sequenceLength(byte) > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

function sequenceLength(first: number): number {
  if (first >> 5 === 0b110) return 2;
  if (first >> 4 === 0b1110) return 3;
  return first >> 3 === 0b11110 ? 4 : 1;
}
