/**
 * A set of what is under way for a moment. A Map or Set is renewed as entries pass through it, and V8 places its tables
 * among the old objects: those left behind keep nearly all that went through from being collected.
 */
export class Slots<T> implements Iterable<T> {
  readonly #values: (T | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#values.length - this.#free.length;
  }

  /** @returns its slot, which is another's when it was removed */
  add(value: T): number {
    const slot = this.#free.pop() ?? this.#values.length;
    this.#values[slot] = value;
    return slot;
  }

  /** @returns whether it was there still */
  remove(slot: number, value: T): boolean {
    if (this.#values[slot] !== value) return false;
    this.#values[slot] = undefined;
    this.#free.push(slot);
    return true;
  }

  /** In no order. */
  *[Symbol.iterator](): Generator<T> {
    for (const value of this.#values) if (value !== undefined) yield value;
  }
}
