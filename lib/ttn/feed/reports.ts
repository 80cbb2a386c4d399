import type { CodedError } from '../../errors';
import type { Json } from '../../json';
import type { FeedError } from './errors';
import type { LostFrames } from './frame-counters';

/** What a feed tells beside its messages. */
export type FeedReport =
  /** Storage is being read; `again`: a gap that was read before, for late batches. */
  | { kind: 'recovering'; from: Date; again: boolean }
  /** Storage was read: so many messages, of which so many had not come before. */
  | { kind: 'recovered'; from: Date; again: boolean; read: number; emitted: number }
  /** Frame counters that are missing for good, since the last such report. */
  | ({ kind: 'lost' } & LostFrames)
  | { kind: 'unreadable'; error: CodedError; topic: string; payload: Buffer | Json }
  /** Node.js or the whole machine did nothing for so long: the server may have dropped messages. */
  | { kind: 'stalled'; ms: number }
  /** Told once, and again only after it was over. */
  | { kind: 'problem'; error: FeedError }
  /** The problem `silence` is over. */
  | { kind: 'heard'; silentMs: number };

/** Since the feed was made, save what says otherwise. */
export interface FeedStats {
  /** Messages that came live, readable or not. */
  received: number;
  /** Handed on, with those from storage. */
  emitted: number;
  /** Of these from storage. */
  recovered: number;
  /** Not handed on, because they had been before. */
  duplicates: number;
  unreadable: number;
  /** Not taken, because the queue was full. */
  dropped: number;
  /** The listener failed to take them. */
  failed: number;
  /** Wait now. */
  queued: number;
  lostOnTheRadio: number;
  lostWhileAway: number;
  /** True while storage is still to be read, or to be read again. */
  gapsOpen: boolean;
  /** The server's time of the newest message that was handed on, ever. */
  newest?: Date;
}

/** Tells each problem once until it is solved. */
export class Problems {
  readonly #onReport: (report: FeedReport) => void;
  readonly #told = new Set<string>();

  constructor(onReport: (report: FeedReport) => void) {
    this.#onReport = onReport;
  }

  tell(error: FeedError): void {
    if (this.#told.has(error.code)) return;
    this.#told.add(error.code);
    this.#onReport({ kind: 'problem', error });
  }

  solved(...codes: string[]): void {
    for (const code of codes) this.#told.delete(code);
  }
}
