import { hash } from 'node:crypto';

/**
 * 64 bits of a key's SHA-256, as two halves: that one of two million known keys has the same is less likely
 * than one in a trillion.
 */
export type Fingerprint = [high: number, low: number];

export function fingerprint(key: string): Fingerprint {
  // As text: to make a Buffer takes twice as long as to hash.
  const digest = hash('sha256', key);
  return [parseInt(digest.slice(0, 8), 16), parseInt(digest.slice(8, 16), 16)];
}

const FIRST_SLOTS = 1024;
const MOST_FILLED = 0.7;

/** A set of fingerprints in 11 to 23 bytes each: a hash table with linear probing. */
export class Fingerprints {
  /** High and low half in turn; both 0 is an empty slot. */
  #slots = new Uint32Array(2 * FIRST_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(fingerprint: Fingerprint): boolean {
    return !this.#isEmpty(this.#find(fingerprint));
  }

  add(fingerprint: Fingerprint): void {
    if (this.#size >= (this.#slots.length / 2) * MOST_FILLED) this.#grow();
    const at = this.#find(fingerprint);
    if (this.#isEmpty(at)) this.#size++;
    this.#slots.set(fingerprint, at);
  }

  /** Where the fingerprint stands, or would stand. */
  #find([high, low]: Fingerprint): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    let at = (low * 2) & last;
    while ((slots[at] !== high || slots[at + 1] !== low) && !this.#isEmpty(at)) at = (at + 2) & last;
    return at;
  }

  #isEmpty(at: number): boolean {
    return this.#slots[at] === 0 && this.#slots[at + 1] === 0;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(2 * old.length);
    this.#size = 0;
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] !== 0 || old[at + 1] !== 0) this.add([old[at]!, old[at + 1]!]);
    }
  }
}
