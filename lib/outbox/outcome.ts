import type { StoredRecord } from './store';

/** How one attempt to deliver a record ended. */
export type Outcome =
  | {
      outcome: 'written';
      result?: unknown;
      /** It was there from an earlier attempt, and was not sent again: a doubtful record is none any more. */
      found?: true;
    }
  | {
      outcome: 'retry';
      code: string;
      message: string;
      /** The other side asks to be left alone for so long: all records wait. */
      retryAfterMs?: number;
      /** The record may have been written all the same: its answer was lost. */
      doubtful?: boolean;
      /** The other side is down or overloaded: when that is said too often in a row, all records wait. */
      serviceDown?: boolean;
    }
  | {
      outcome: 'rejected';
      code: string;
      message: string;
      status?: number;
      text?: string;
      /** The record may have been written all the same. */
      doubtful?: boolean;
    }
  /** No record can be written until somebody changes something: a refused token, a missing right. */
  | { outcome: 'hold'; code: string; message: string };

/**
 * Sends one record. Ends soon after the signal aborts, which it does at the deadline and when the outbox closes;
 * an attempt that may have reached the other side by then is `retry` and `doubtful`. A rejection counts as that too.
 */
export type Deliver = (record: StoredRecord, signal: AbortSignal) => Promise<Outcome>;

/** Why something failed, or waits: a code, and words for a person. */
export interface Cause {
  code: string;
  message: string;
}

export type OutboxState =
  | { name: 'idle' }
  | { name: 'delivering' }
  /** `until`: Unix time in ms of the next try. */
  | ({ name: 'waiting' | 'held'; until: number } & Cause);
