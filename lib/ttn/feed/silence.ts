import { FeedError } from './errors';
import type { FeedReport } from './reports';

/** Tells when no message came for long, once, and when that was over. */
export class Silence {
  readonly #limitMs: number;
  readonly #onReport: (report: FeedReport) => void;
  #heardAt: number;
  #told = false;

  constructor(limitMs: number | undefined, onReport: (report: FeedReport) => void) {
    this.#limitMs = limitMs || Infinity;
    this.#onReport = onReport;
    this.#heardAt = performance.now();
  }

  /** A message came. */
  heard(): void {
    const silentMs = performance.now() - this.#heardAt;
    this.#heardAt = performance.now();
    if (!this.#told) return;
    this.#told = false;
    this.#onReport({ kind: 'heard', silentMs });
  }

  check(): void {
    if (this.#told || performance.now() - this.#heardAt < this.#limitMs) return;
    this.#told = true;
    const minutes = Math.round(this.#limitMs / 6_000) / 10;
    const error = new FeedError(
      'silence',
      `No message came for ${minutes} min. Look in the Console whether the devices send, and whether the API key has the right "Read application traffic".`,
    );
    this.#onReport({ kind: 'problem', error });
  }
}
