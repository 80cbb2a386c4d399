import type { StoredRecord } from './store';

/** Less is no leap, but how a clock is kept right. */
const LEAP_MS = 1_000;

/**
 * How long records have waited. A computer without a battery starts in the past, and its clock leaps when the network
 * is there: what this process had accepted by then has not waited for so long.
 */
export class Ages {
  #clock = clock();
  #firstId = Infinity;
  #lastId = 0;
  readonly #leaps: { lastId: number; ms: number }[] = [];

  accepted(id: number): void {
    this.#firstId = Math.min(this.#firstId, id);
    this.#lastId = Math.max(this.#lastId, id);
  }

  /**
   * Notices a leap. What was accepted since the last look is taken to have come before it: rather too young than too
   * old.
   */
  look(): void {
    const before = this.#clock;
    this.#clock = clock();
    const ms = this.#clock - before;
    if (ms > LEAP_MS) this.#leaps.push({ lastId: this.#lastId, ms });
  }

  /** In ms. */
  of({ id, addedAt }: StoredRecord): number {
    let age = Date.now() - addedAt;
    if (id < this.#firstId) return age;
    for (const { lastId, ms } of this.#leaps) if (id <= lastId) age -= ms;
    return age;
  }
}

/** Changes only when the clock is set. */
function clock(): number {
  return Date.now() - performance.now();
}
