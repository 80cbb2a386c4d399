import type { FeedLimits } from './limits';
import type { Progress } from './progress';

export interface AbsenceOptions {
  progress: Progress;
  limits: Pick<FeedLimits, 'overlapMs'>;
  /** Of the first start ever. */
  lookBackMs: number;
  /** There is a storage from which gaps are filled. */
  hasStorage: boolean;
  now: () => number;
}

/** Marks as gaps the times in which messages may have passed unheard. */
export class Absence {
  readonly #options: AbsenceOptions;
  /** The newest message when Node.js was last seen awake. */
  #newestBefore: number | undefined;

  constructor(options: AbsenceOptions) {
    this.#options = options;
  }

  /** We were not connected since the newest message, or are not from now on. */
  begins(): void {
    const { progress, now } = this.#options;
    const { newest, since = now(), alive } = progress;
    this.#mark(newest ?? since, alive);
  }

  /** We are connected now. */
  ends(): void {
    this.#resume(true);
  }

  /** A message came and was not handed on; `time`: the server's, where it is known. */
  missed(time: number | undefined, connected: boolean): void {
    const now = this.#options.now();
    this.#mark(Math.min(time ?? now, now));
    this.#resume(connected);
  }

  /** Node.js did nothing since {@link awake} was called, while we were connected. */
  stalled(): void {
    const { progress, now } = this.#options;
    const { since, alive } = progress;
    this.#mark(this.#newestBefore ?? since ?? now(), alive);
    this.#resume(true);
  }

  awake(): void {
    this.#newestBefore = this.#options.progress.newest;
  }

  #mark(from: number, awayFrom = from): void {
    const { progress, limits, lookBackMs } = this.#options;
    const { gaps, since = Infinity } = progress;
    const start = from - limits.overlapMs;
    // Not from before the very first start; where `from` itself is, our clock is ahead of the server's.
    gaps.mark(from < since ? start : Math.max(start, since - lookBackMs), Math.max(from, awayFrom));
    progress.touch();
  }

  #resume(connected: boolean): void {
    const { progress, hasStorage, now } = this.#options;
    if (connected) progress.gaps.resume(now());
    if (!hasStorage) progress.gaps.forget();
    progress.touch();
  }
}
