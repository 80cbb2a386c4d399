import { Recent } from '../recent';
import { Dense } from './dense';
import {
  MEMORY_LIMITS,
  REJECTED_SHARE,
  checkKeepable,
  full,
  pageOf,
  sizeOf,
  tooLarge,
  type StoreLimits,
} from './limits';
import type {
  Added,
  Change,
  Dropped,
  NewRecord,
  RejectedRecord,
  Rejection,
  Store,
  StoreStats,
  StoredRecord,
} from './store';

const NO_COUNTS = { dropped: 0, rejectedDropped: 0, duplicates: 0, damaged: 0 };

/** Keeps the records in memory: what is queued when the process ends is lost. */
export class MemoryStore implements Store {
  #limits: StoreLimits = MEMORY_LIMITS;
  readonly #queue = new Dense<StoredRecord>();
  readonly #rejected = new Map<number, RejectedRecord>();
  /** When each key was accepted, by a clock that nobody sets. */
  readonly #seen: Recent<string, number>;
  #bytes = 0;
  #rejectedBytes = 0;
  #counts = { ...NO_COUNTS };

  constructor(limits: Partial<StoreLimits> = {}) {
    this.reopen(limits);
    this.#seen = new Recent(this.#limits.seenRecords);
  }

  /** What is there stays, and as many keys are known as before. */
  reopen(limits: Partial<StoreLimits>): void {
    this.#limits = { ...MEMORY_LIMITS, ...limits };
    this.#counts = { ...NO_COUNTS };
  }

  add(record: NewRecord): Promise<Added> {
    return this.#do(() => {
      const { key, formerKey, rejected, replaces } = record;
      if (rejected) checkKeepable(record, this.#rejected.size, this.#limits);
      const isKnown = this.#isKnown(key) || this.#isKnown(formerKey);
      // What is known, or does not wait, needs no room.
      const dropped = isKnown || rejected ? [] : this.#makeRoom(sizeOf(record));
      if (replaces !== undefined) this.#discard(replaces);
      if (isKnown) {
        this.#counts.duplicates++;
        return { duplicate: true };
      }
      const id = this.#push(record);
      if (rejected) this.#reject(id, rejected);
      return dropped.length > 0 ? { id, dropped } : { id };
    });
  }

  page(after: number, limit: number): Promise<StoredRecord[]> {
    return this.#do(() => {
      const page = pageOf(this.#queue.page(after, limit), sizeOf);
      return page.map((record) => ({ ...record }));
    });
  }

  settle(changes: Change[]): Promise<void> {
    return this.#do(() => changes.forEach((change) => this.#settle(change)));
  }

  rejected(after: number, limit: number): Promise<RejectedRecord[]> {
    return this.#do(() => {
      const behind = this.#chosen().filter(({ id }) => id > after);
      return pageOf(behind.slice(0, limit), sizeOf);
    });
  }

  resend(ids?: number[]): Promise<number> {
    return this.#do(() => {
      const chosen = this.#chosen(ids);
      for (const { reason, ...record } of chosen) {
        this.#discard(record.id);
        this.#push(record, record.doubtful);
      }
      return chosen.length;
    });
  }

  discard(ids?: number[]): Promise<number> {
    return this.#do(() => {
      const chosen = this.#chosen(ids);
      for (const { id } of chosen) this.#discard(id);
      return chosen.length;
    });
  }

  stats(): Promise<StoreStats> {
    return this.#do(() => {
      const oldestAt = this.#queue.first?.addedAt;
      return {
        kind: 'memory',
        records: this.#queue.size,
        bytes: this.#bytes,
        ...(oldestAt !== undefined && { oldestAt }),
        rejected: this.#rejected.size,
        ...this.#counts,
      };
    });
  }

  /** What is there stays, for who takes the store over. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Runs at once, so that calls take effect in the order in which they were made. */
  #do<T>(task: () => T): Promise<T> {
    return new Promise((resolve) => resolve(task()));
  }

  #isKnown(key: string | undefined): boolean {
    const at = key === undefined ? undefined : this.#seen.get(key);
    return at !== undefined && at >= performance.now() - this.#limits.seenMs;
  }

  #makeRoom(bytes: number): Dropped[] {
    const limits = this.#limits;
    const dropped: Dropped[] = [];
    if (bytes > limits.bytes) throw tooLarge(bytes);
    while (this.#bytes + bytes > limits.bytes || this.#queue.size >= limits.records) {
      if (limits.whenFull === 'refuse') throw full(this.#queue.size, this.#bytes);
      const { id, lane } = this.#queue.first!;
      this.#take(id);
      this.#counts.dropped++;
      dropped.push({ id, lane });
    }
    return dropped;
  }

  #push({ key, lane, body, target }: NewRecord, doubtful = false): number {
    const id = this.#queue.next;
    const record = {
      id,
      lane,
      body,
      target,
      addedAt: Date.now(),
      attempts: 0,
      doubtful,
      ...(key !== undefined && { key }),
    };
    this.#queue.push(record);
    this.#bytes += sizeOf(record);
    if (key !== undefined) this.#seen.set(key, performance.now());
    return id;
  }

  #take(id: number): StoredRecord | undefined {
    const record = this.#queue.take(id);
    if (record) this.#bytes -= sizeOf(record);
    return record;
  }

  #settle(change: Change): void {
    const record = this.#queue.get(change.id);
    switch (change.state) {
      case 'written':
        this.#take(change.id);
        break;
      case 'retry':
        if (record) Object.assign(record, { attempts: record.attempts + 1, doubtful: change.doubtful });
        break;
      case 'rejected':
        this.#reject(change.id, change.reason);
    }
  }

  #reject(id: number, reason: Rejection): void {
    const record = this.#take(id);
    if (!record) return;
    this.#rejected.set(id, { ...record, reason });
    this.#rejectedBytes += sizeOf(record);
    // The new one stays.
    while (
      this.#rejected.size > 1 &&
      (this.#rejectedBytes > this.#limits.bytes * REJECTED_SHARE ||
        this.#rejected.size > this.#limits.records * REJECTED_SHARE)
    ) {
      this.#discard(this.#oldestRejected());
      this.#counts.rejectedDropped++;
    }
  }

  #oldestRejected(): number {
    let oldest = Infinity;
    for (const id of this.#rejected.keys()) oldest = Math.min(oldest, id);
    return oldest;
  }

  #discard(id: number): void {
    const record = this.#rejected.get(id);
    if (!record) return;
    this.#rejected.delete(id);
    this.#rejectedBytes -= sizeOf(record);
  }

  /** Rejected records in the order of their ids. */
  #chosen(ids?: number[]): RejectedRecord[] {
    const wanted = ids && new Set(ids);
    return [...this.#rejected.values()]
      .filter(({ id }) => !wanted || wanted.has(id))
      .sort((a, b) => a.id - b.id);
  }
}
