/** Latency may grow to this many times what it is with few records under way. */
const TOLERANCE = 2;
/** And by so much more: our own process, busy with many records, takes that long to see an answer. */
const OWN_DELAY_MS = 20;
/** More failures than this part: fewer at a time. */
const FAILED_PART = 0.1;
const AFTER_FAILURES = 0.7;
const WINDOW_MS = 50;
/** So often it is measured anew how fast the other side answers when it has little to do. */
const MEASURE_EVERY_MS = 30_000;

/**
 * How many records should be under way: as many as the other side takes without answering slower, and no more than
 * are wanted. Latency that grows with the number means that records queue over there. (The idea is that of Netflix's
 * concurrency-limits, "gradient": https://github.com/Netflix/concurrency-limits.)
 *
 * It works in windows, each at least as long as an answer takes, as only what was sent in a window tells of its limit.
 */
export class AdaptiveLimit {
  readonly #min: number;
  readonly #max: number;
  #limit: number;
  /** Doubling until the first sign of a queue. */
  #doubling = true;
  /** Mean latency with little under way. */
  #base = Infinity;
  #measureAt = performance.now() + MEASURE_EVERY_MS;
  /** The limit to go back to after a measurement. */
  #afterMeasuring: number | undefined;

  #since = -Infinity;
  #ok = 0;
  #failed = 0;
  #sumMs = 0;
  #wanted = false;

  constructor(min: number, max: number) {
    this.#min = this.#limit = min;
    this.#max = max;
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** More could have been sent, had the limit allowed it. */
  reached(): void {
    this.#wanted = true;
  }

  /** An attempt ended. Times in ms of one clock. */
  ended(startedAt: number, now: number, ok: boolean): void {
    if (startedAt < this.#since) return;
    if (ok) {
      this.#ok++;
      this.#sumMs += now - startedAt;
    } else this.#failed++;
    if (this.#ok + this.#failed >= this.limit && now - this.#since >= WINDOW_MS) this.#endWindow(now);
  }

  #endWindow(now: number): void {
    this.#limit = Math.min(Math.max(this.#nextLimit(), this.#min), this.#max);
    if (now >= this.#measureAt && this.#wanted) {
      this.#measureAt = now + MEASURE_EVERY_MS;
      this.#afterMeasuring = this.#limit;
      this.#limit = this.#min;
    }
    this.#since = now;
    this.#ok = this.#failed = this.#sumMs = 0;
    this.#wanted = false;
  }

  #nextLimit(): number {
    const before = this.#afterMeasuring;
    this.#afterMeasuring = undefined;
    const limit = before ?? this.#limit;
    if (this.#failed > FAILED_PART * (this.#ok + this.#failed)) {
      this.#doubling = false;
      return limit * AFTER_FAILURES;
    }
    const mean = this.#sumMs / this.#ok;
    if (before !== undefined) {
      this.#base = mean;
      return limit;
    }
    this.#base = Math.min(this.#base, mean);
    const gradient = Math.min((TOLERANCE * this.#base + OWN_DELAY_MS) / mean, 1);
    if (gradient < 1) this.#doubling = false;
    else if (!this.#wanted) return limit;
    return this.#doubling ? limit * 2 : limit * Math.max(gradient, 0.5) + Math.sqrt(limit);
  }
}
