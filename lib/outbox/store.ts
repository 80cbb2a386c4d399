/** The contract between the outbox and where its records are kept. */

export interface NewRecord {
  /**
   * Identifies the record for ever: a second one with the same key is not accepted (see `StoreLimits.seenMs`).
   * Absent: always accepted.
   */
  key?: string;
  /** Another key that the record may have been accepted with: nor is it then. */
  formerKey?: string;
  /** Records of one lane (a device) are delivered in order, one at a time. */
  lane: string;
  /** What is delivered: opaque to the outbox. */
  body: string;
  /** Where to: opaque to the outbox. */
  target: string;
  /** The record is sent as soon as it is stored: the same as a change to `sending`, in the same commit. */
  sending?: boolean;
  /** The record is not queued, but among the rejected ones at once; refused as `full` where it would push out all. */
  rejected?: Rejection;
  /** The rejected record of this id leaves the store, in the same commit, also when this one is known. */
  replaces?: number;
}

type OfAdding = 'formerKey' | 'sending' | 'rejected' | 'replaces';

export interface StoredRecord extends Omit<NewRecord, OfAdding> {
  /** Grows by one with each record, and is never given twice. */
  id: number;
  /** Unix time in ms. */
  addedAt: number;
  /** Attempts that were settled as `retry`. */
  attempts: number;
  /** An earlier attempt may have reached the other side: a time-out, or a crash while it was `sending`. */
  doubtful: boolean;
}

/** Also which queued records made room for it. */
export type Added = { id: number; dropped?: Dropped[] } | { duplicate: true };

export type Dropped = Pick<StoredRecord, 'id' | 'lane'>;

/** Unknown ids are passed over: the record may have been dropped meanwhile. */
export type Change =
  /** About to be sent. Not settled before the store is next opened, the record is doubtful. */
  | { id: number; state: 'sending' }
  /** Leaves the queue; its key stays known. */
  | { id: number; state: 'written' }
  /** Stays in its place, counts an attempt; `doubtful` replaces what was noted before. */
  | { id: number; state: 'retry'; doubtful: boolean }
  /** Moves to the rejected records. */
  | { id: number; state: 'rejected'; reason: Rejection };

export interface Rejection {
  /** `damaged` is the store's own. */
  code: string;
  message: string;
  status?: number;
  /** What the other side answered. */
  text?: string;
  /** Unix time in ms. */
  at: number;
}

export interface RejectedRecord extends StoredRecord {
  reason: Rejection;
}

export interface StoreStats {
  kind: 'disk' | 'memory';
  /** Queued records, and what counts against the limit of bytes. */
  records: number;
  bytes: number;
  /** Unix time in ms at which the oldest queued record was added. */
  oldestAt?: number;
  rejected: number;
  /** Since the store was opened: queued records that made room for newer ones. */
  dropped: number;
  /** Since the store was opened: rejected records that made room for newer ones. */
  rejectedDropped: number;
  /** Since the store was opened. */
  duplicates: number;
  /** Since the store was opened: records that were not read as they had been written. */
  damaged: number;
}

/** Every promise of a store may also reject with OutboxError `closed` or `failed`. */
export interface Store {
  /**
   * Resolves when the record is durable. Records keep the order of the calls; several calls share one commit.
   * @throws OutboxError `full` | `disk_full` | `read_only`
   */
  add(record: NewRecord): Promise<Added>;
  /**
   * Queued records with an id above `after`, oldest first: at most so many, and fewer where these are large. No record
   * at all: there is none.
   */
  page(after: number, limit: number): Promise<StoredRecord[]>;
  /** Resolves when durable. */
  settle(changes: Change[]): Promise<void>;
  /** Rejected records, in the same pages. */
  rejected(after: number, limit: number): Promise<RejectedRecord[]>;
  /**
   * Puts rejected records, all when `ids` is absent, at the end of the queue under new ids, in the order in which they
   * were added. Resolves to how many.
   */
  resend(ids?: number[]): Promise<number>;
  /** Throws rejected records away, all when `ids` is absent. Resolves to how many. */
  discard(ids?: number[]): Promise<number>;
  stats(): Promise<StoreStats>;
  /** Resolves when all that waits is durable and the store is free for others. */
  close(): Promise<void>;
}

/** A store that could not be read was put aside; work goes on with a new one. */
export interface Damage {
  /** Where the damaged file lies now. */
  file: string;
  /** What SQLite said. */
  cause: string;
  /** Records, queued or rejected, that were read from it into the new store. */
  saved: number;
}
