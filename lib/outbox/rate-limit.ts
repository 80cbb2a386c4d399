/** A token bucket: so many records a second, and after a rest those of one second at once. */
export class RateLimit {
  readonly #perMs: number;
  readonly #most: number;
  #left: number;
  #at = 0;

  /** @param perSecond Infinity: no limit */
  constructor(perSecond: number) {
    this.#perMs = perSecond / 1000;
    this.#most = this.#left = Math.max(perSecond, 1);
  }

  /** How long until the next record may be sent, in ms. */
  waitMs(now: number): number {
    if (this.#perMs === Infinity) return 0;
    this.#left = Math.min(this.#left + (now - this.#at) * this.#perMs, this.#most);
    this.#at = now;
    return Math.max((1 - this.#left) / this.#perMs, 0);
  }

  take(): void {
    this.#left--;
  }
}
