const immediately = setImmediate;

/** Whose timer it is: the product's die with its process, the world's go on. */
type Owner = "product" | "world";

interface Entry {
  readonly at: number;
  readonly owner: Owner;
  readonly run: () => void;
}

/** A clock that stands still until `step`: between two steps everything that can happen without time passing has happened. */
export class VirtualClock {
  now = 0;
  /** Soonest last; of one moment, first come first. */
  #entries: Entry[] = [];

  /** Whether anything is to happen in the world. */
  get isAwaited(): boolean {
    return this.#entries.some(({ owner }) => owner === "world");
  }

  at(delayMs: number, owner: Owner, run: () => void): Entry {
    const entry = { at: this.now + Math.max(0, delayMs), owner, run };
    let index = this.#entries.length;
    while (index > 0 && (this.#entries[index - 1]?.at ?? 0) <= entry.at) index -= 1;
    this.#entries.splice(index, 0, entry);
    return entry;
  }

  cancel(entry: Entry): void {
    const index = this.#entries.indexOf(entry);
    if (index !== -1) this.#entries.splice(index, 1);
  }

  /** What a killed process waited for never comes. */
  drop(owner: Owner): void {
    this.#entries = this.#entries.filter((entry) => entry.owner !== owner);
  }

  /** Goes on to the next moment anybody waits for. @returns false when nobody does. */
  async step(): Promise<boolean> {
    const entry = this.#entries.pop();
    if (entry === undefined) return false;
    this.now = entry.at;
    entry.run();
    await quiet();
    return true;
  }
}

/** All promises that can go on have gone on. */
export async function quiet(): Promise<void> {
  await new Promise<void>((resolve) => {
    immediately(resolve);
  });
}
