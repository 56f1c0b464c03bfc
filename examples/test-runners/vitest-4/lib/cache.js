/** Keeps the last `limit` values that were used, each for `maxAgeMs`. */
export class Cache {
  #entries = new Map();
  #limit;
  #maxAgeMs;
  #now;

  constructor({ limit, maxAgeMs = Number.POSITIVE_INFINITY, now = Date.now }) {
    if (!(limit > 0)) throw new RangeError(`a cache of ${limit} entries keeps nothing`);
    this.#limit = limit;
    this.#maxAgeMs = maxAgeMs;
    this.#now = now;
  }

  get size() {
    return this.#entries.size;
  }

  get(key) {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (this.#now() - entry.madeMs > this.#maxAgeMs) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key, value) {
    this.#entries.delete(key);
    this.#entries.set(key, { value, madeMs: this.#now() });
    if (this.#entries.size > this.#limit) this.#entries.delete(this.#entries.keys().next().value);
    return this;
  }

  /** What is there, or what `make` answers. */
  async through(key, make) {
    const known = this.get(key);
    if (known !== undefined) return known;
    const value = await make(key);
    this.set(key, value);
    return value;
  }
}
