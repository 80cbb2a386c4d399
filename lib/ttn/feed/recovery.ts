import { doublingMs } from '../../backoff';
import type { Json } from '../../json';
import type { Reading } from './gaps';
import type { FeedLimits } from './limits';
import { serverTime, type Progress } from './progress';
import type { FeedReport } from './reports';
import { beyondRetention, cannotFetch, meaning, notStored } from './storage-problems';
import { storedPages, type StoredPagesOptions } from './stored-pages';
import type { StoredKind } from './stored-kinds';

export interface RecoveryOptions extends Omit<StoredPagesOptions, 'signal'> {
  kinds: StoredKind[];
  progress: Progress;
  limits: FeedLimits;
  /** How long storage keeps messages; undefined: unknown. */
  retentionMs?: number;
  now: () => number;
  /** Resolves when the messages are handed on, to how many had not come before. */
  handOn: (messages: Json[], kind: StoredKind) => Promise<number>;
  onReport: (report: FeedReport) => void;
}

/** Reads the gaps of a feed from storage, one after the other. */
export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #abort = new AbortController();
  readonly #notStored = new Set<StoredKind>();
  #running: Promise<void> | undefined;
  // By performance.now(), which nobody sets.
  #restUntil = -Infinity;
  /** Readings of new gaps that came one after the other, as soon as they might. */
  #inRow = 0;
  #refusedUntil = -Infinity;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** What was refused is asked for again at once: it may be allowed now. */
  retry(): void {
    this.#refusedUntil = -Infinity;
  }

  /** Begins to read what is due, unless it reads already. New gaps are read while messages come, `connected`. */
  poke(connected: boolean): void {
    const { progress, now } = this.#options;
    const time = performance.now();
    if (this.#running || this.#abort.signal.aborted || time < this.#refusedUntil) return;
    const reading = progress.gaps.next(now(), connected && time >= this.#restUntil, progress.newest);
    if (!reading) return;
    this.#running = this.#read(reading)
      .catch((error: unknown) => this.#failed(reading, error))
      .finally(() => {
        this.#running = undefined;
        progress.touch();
      });
  }

  /** Resolves when nothing goes on any more. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #read(reading: Reading): Promise<void> {
    const { progress, limits, kinds, retentionMs = Infinity, onReport, problems } = this.#options;
    const { from, awayFrom, again } = reading;
    const rested = performance.now() - this.#restUntil;
    const start = this.#options.now();
    const keptFrom = start - retentionMs;
    const tooLong = awayFrom < keptFrom;
    if (tooLong && !again) problems.tell(beyondRetention(awayFrom, start, retentionMs));
    onReport({ kind: 'recovering', from: new Date(from), again });
    const counts = { read: 0, emitted: 0 };
    let recheckFrom = from;
    for (const kind of kinds) {
      if (this.#notStored.has(kind)) continue;
      const first = kind === kinds[0];
      try {
        const tail = await this.#readKind(kind, reading, counts);
        if (first) recheckFrom = tail;
      } catch (error) {
        if (first || meaning(error) === 'later') throw error;
        this.#notStored.add(kind);
        problems.tell(notStored(kind.type, error));
      }
    }
    const now = this.#options.now();
    const recheck = { from: recheckFrom, to: Math.max(now, progress.newest ?? 0) + limits.overlapMs };
    progress.gaps.done(reading, Math.max(from, keptFrom), recheck, now);
    if (!again) {
      this.#rest(rested);
      if (!tooLong) problems.solved('beyond_retention');
    }
    onReport({
      kind: 'recovered',
      from: new Date(from),
      again,
      ...counts,
    });
  }

  /** @returns from where on the messages are few enough for all their keys to be known at a second reading */
  async #readKind(kind: StoredKind, { from }: Reading, counts: { read: number; emitted: number }) {
    const { handOn, limits } = this.#options;
    const { signal } = this.#abort;
    // To the end, whatever our own clock says.
    const query = { type: kind.type, after: new Date(from).toISOString() };
    // Two steps of a quarter of the keys; live messages need room, too.
    let [tail, middle, inStep] = [from, from, 0];
    for await (const messages of storedPages(query, { ...this.#options, signal })) {
      counts.emitted += await handOn(messages, kind);
      // Closed meanwhile: not all of them were handed on.
      signal.throwIfAborted();
      counts.read += messages.length;
      inStep += messages.length;
      const last = serverTime(messages.at(-1)?.received_at, undefined);
      if (inStep < limits.seenKeys / 4 || last === undefined) continue;
      [tail, middle, inStep] = [middle, last, 0];
    }
    return tail;
  }

  /** A flow that takes nothing, or a connection that breaks all the time, makes a new gap of each reading. */
  #rest(restedMs: number): void {
    const { pauseMs, longestPauseMs } = this.#options.limits;
    this.#inRow = restedMs < pauseMs ? this.#inRow + 1 : 0;
    this.#restUntil =
      performance.now() + doublingMs(this.#inRow, { firstMs: pauseMs, maxMs: longestPauseMs });
  }

  #failed(reading: Reading, error: unknown): void {
    const { limits, problems } = this.#options;
    const { gaps } = this.#options.progress;
    if (this.#abort.signal.aborted) return gaps.putBack(reading);
    problems.tell(cannotFetch(error, this.#options.now() - reading.awayFrom));
    if (meaning(error) === 'disabled') return gaps.giveUp(reading);
    gaps.putBack(reading);
    this.#refusedUntil = performance.now() + limits.refusedPauseMs;
  }
}
