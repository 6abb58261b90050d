/** The value under one key, by type, as in Redis. */
export type Value =
  | { readonly kind: "string"; text: string }
  | { readonly kind: "list"; readonly items: string[] }
  | { readonly kind: "hash"; readonly fields: Map<string, string> };

/** The key holds a value of another type. */
export class WrongTypeError extends Error {}

interface Entry {
  readonly value: Value;
  /** Milliseconds since the epoch; null: for ever. */
  expiresAt: number | null;
}

/** Keys, values and their expiry, in memory only. An expired key is dropped when somebody looks for it. */
export class Keyspace {
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    for (const key of this.#entries.keys()) this.#find(key);
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#find(key) !== null;
  }

  /** Unlike `read`, says no to a value of another type. */
  holdsList(key: string): boolean {
    return this.#find(key)?.value.kind === "list";
  }

  /** @throws {WrongTypeError} The key holds a value of another type. */
  read<K extends Value["kind"]>(key: string, kind: K): Extract<Value, { kind: K }> | null {
    const entry = this.#find(key);
    if (entry === null) return null;
    if (!isOfKind(entry.value, kind)) throw new WrongTypeError();
    return entry.value;
  }

  /** Like `read`, but puts `empty` under a key that is free. */
  readOrCreate<K extends Value["kind"]>(key: string, empty: Extract<Value, { kind: K }>): Extract<Value, { kind: K }> {
    const present = this.read<K>(key, empty.kind);
    if (present !== null) return present;
    this.write(key, empty, null);
    return empty;
  }

  write(key: string, value: Value, expiresAt: number | null): void {
    this.#entries.set(key, { value, expiresAt });
  }

  delete(key: string): boolean {
    return this.#find(key) !== null && this.#entries.delete(key);
  }

  /** @returns undefined: no such key; null: it never expires. Else milliseconds since the epoch. */
  expiryOf(key: string): number | null | undefined {
    return this.#find(key)?.expiresAt;
  }

  /** @returns false: no such key. */
  expireAt(key: string, expiresAt: number): boolean {
    const entry = this.#find(key);
    if (entry === null) return false;
    entry.expiresAt = expiresAt;
    this.#find(key);
    return true;
  }

  #find(key: string): Entry | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    if (entry.expiresAt !== null && entry.expiresAt <= Date.now()) {
      this.#entries.delete(key);
      return null;
    }
    return entry;
  }
}

function isOfKind<K extends Value["kind"]>(value: Value, kind: K): value is Extract<Value, { kind: K }> {
  return value.kind === kind;
}
