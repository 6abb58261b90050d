import { hash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { JobOrder } from "./job.ts";
import { wordsIn } from "./job.ts";

/** One link: `hash = sha256(previous hash + word + nonce)`, with the least nonce whose hash begins with enough zeros. */
interface Block {
  readonly index: number;
  readonly word: string;
  readonly nonce: number;
  /** 64 hexadecimal digits. */
  readonly hash: string;
}

export interface Chain {
  readonly words: number;
  readonly distinctWords: number;
  /** At most five, the most frequent first; equals in order of appearance. */
  readonly mostFrequent: readonly { readonly word: string; readonly count: number }[];
  /** One for each of the first 40 words. */
  readonly blocks: readonly Block[];
  /** Hashes computed to find the nonces. */
  readonly hashes: number;
}

const mostBlocks = 40;

/**
 * Counts the words of a text and chains the first forty, each block holding the hash of the one before.
 *
 * About 16^difficulty hashes a block. Between two blocks the event loop turns, so a busy worker still answers its health check.
 */
export async function buildChain(order: JobOrder): Promise<Chain> {
  const words = wordsIn(order.text);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const zeros = "0".repeat(order.difficulty);
  const blocks: Block[] = [];
  let hashes = 0;
  let previous = "0".repeat(64);
  for (const [index, word] of words.slice(0, mostBlocks).entries()) {
    let nonce = 0;
    while (true) {
      hashes += 1;
      const digest = hash("sha256", `${previous}${word}${nonce}`, "hex");
      if (digest.startsWith(zeros)) {
        previous = digest;
        break;
      }
      nonce += 1;
    }
    blocks.push({ index, word, nonce, hash: previous });
    await setImmediate();
  }
  return {
    words: words.length,
    distinctWords: counts.size,
    mostFrequent: [...counts]
      .map(([word, count]) => ({ word, count }))
      .toSorted((a, b) => b.count - a.count)
      .slice(0, 5),
    blocks,
    hashes,
  };
}
