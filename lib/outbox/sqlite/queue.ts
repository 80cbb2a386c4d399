import { OutboxError, failureOf, type Failure } from '../errors';
import { REJECTED_SHARE, checkKeepable, full, sizeOf, tooLarge, type StoreLimits } from '../limits';
import type {
  Added,
  Change,
  Dropped,
  NewRecord,
  RejectedRecord,
  Rejection,
  StoreStats,
  StoredRecord,
} from '../store';
import { Damaged, SQLITE_CONSTRAINT, resultCode, type Connection, type Row } from './node-sqlite';
import { damagedAt, isSound, readRejected, readRow } from './rows';
import { Seen } from './seen';
import { Tables } from './tables';

/** What one commit changes. */
export interface Group {
  settle: Change[];
  add: NewRecord[];
}

/** What became of a record that was to be added. */
export type Stored = Added | { refused: Failure };

/** Since the store was opened. */
export type Counts = Pick<StoreStats, 'dropped' | 'rejectedDropped' | 'duplicates' | 'damaged'>;

const RESEND_AT_ONCE = 256;

/** Free pages of 4 KB that stay in the file for the next records; more are given back bit by bit. */
const SPARE_PAGES = 2_048;
const VACUUM_PAGES = 1_024;
const VACUUM_EVERY = 16;

/** The queue in an open database: limits, duplicates, damage. Each method is one transaction, or few. */
export class Queue {
  readonly #database: Connection;
  readonly #limits: StoreLimits;
  readonly #counts: Counts;
  readonly #tables: Tables;
  readonly #seen: Seen;
  #writes = 0;

  constructor(database: Connection, limits: StoreLimits, counts: Counts) {
    this.#database = database;
    this.#limits = limits;
    this.#counts = counts;
    this.#tables = new Tables(database);
    this.#seen = new Seen(database, limits);
    this.#transaction(() => this.#tables.doubtWhatWasSending());
  }

  /** Settles, and then adds, in one commit. With `noRoom` all new records are refused. */
  write({ settle, add }: Group, noRoom?: OutboxError): Stored[] {
    const stored = this.#transaction(() => {
      for (const change of settle) this.#settle(change);
      const now = Date.now();
      this.#seen.forgetOld(now);
      return add.map((record) => this.#store(record, now, noRoom));
    });
    if (noRoom) this.#giveBackAll();
    else if (++this.#writes % VACUUM_EVERY === 0) this.#giveBackPages(SPARE_PAGES);
    return stored;
  }

  page(after: number, limit: number): StoredRecord[] {
    const rows = this.#tables.page(after, limit);
    if (!rows.every((row) => this.#tables.has(row)))
      throw new Damaged('a record is not found by its id, and so could not be removed');
    const damaged = rows.filter((row) => !isSound(row));
    if (damaged.length > 0) {
      this.#rejectDamaged(damaged);
      return this.page(after, limit);
    }
    if (rows.length === 0 && after === 0) this.#checkEmpty();
    return rows.map(readRow);
  }

  rejected(after: number, limit: number): RejectedRecord[] {
    return this.#tables.rejectedPage(after, limit).map(readRejected);
  }

  resend(ids?: number[]): number {
    return this.#eachRejected(ids, (row) => {
      const { doubtful, ...record } = readRow(row);
      this.#tables.insert(record, Date.now(), doubtful);
    });
  }

  discard(ids?: number[]): number {
    return this.#eachRejected(ids, () => undefined);
  }

  stats(): StoreStats {
    const { records, bytes, rejected } = this.#tables.totals;
    const oldestAt = this.#tables.oldest()?.addedAt;
    return {
      kind: 'disk',
      records,
      bytes,
      ...(oldestAt !== undefined && { oldestAt }),
      rejected,
      ...this.#counts,
    };
  }

  get lastId(): number {
    return this.#tables.totals.lastId;
  }

  #transaction<T>(task: () => T): T {
    const goBack = this.#tables.mark();
    const counts = { ...this.#counts };
    const now = Date.now();
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = task();
      this.#tables.save();
      this.#seen.save(now);
      this.#database.exec('COMMIT');
      this.#seen.committed(now);
      return result;
    } catch (error) {
      this.#seen.rolledBack();
      goBack();
      Object.assign(this.#counts, counts);
      this.#rollBack();
      throw error;
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // After some errors SQLite has rolled back already.
    }
  }

  #store(record: NewRecord, now: number, noRoom: OutboxError | undefined): Stored {
    try {
      if (noRoom) throw noRoom;
      return this.#add(record, now);
    } catch (error) {
      if (error instanceof OutboxError) return { refused: failureOf(error) };
      throw error;
    }
  }

  /** @throws OutboxError `full` */
  #add(record: NewRecord, now: number): Added {
    const { key, formerKey, sending, rejected, replaces } = record;
    const bytes = sizeOf(record);
    if (rejected) checkKeepable(record, this.#tables.totals.rejected, this.#limits);
    const print = key === undefined ? undefined : this.#seen.unknown(key);
    const isKnown =
      (key !== undefined && !print) || (formerKey !== undefined && !this.#seen.unknown(formerKey));
    // What is known, or does not wait, needs no room.
    const fits = isKnown || rejected !== undefined || this.#fits(bytes);
    const dropped = fits ? undefined : this.#makeRoom(bytes);
    if (replaces !== undefined) this.#tables.discard(replaces);
    if (isKnown) {
      this.#counts.duplicates++;
      return { duplicate: true };
    }
    if (key !== undefined && print) this.#seen.accept(key, print);
    const id = this.#tables.insert(record, now);
    if (sending) this.#tables.sending(id);
    if (rejected) this.#reject(id, rejected);
    return dropped ? { id, dropped } : { id };
  }

  /** @throws OutboxError `full`, before anything was changed */
  #makeRoom(bytes: number): Dropped[] {
    if (bytes > this.#limits.bytes) throw tooLarge(bytes);
    const dropped: Dropped[] = [];
    while (!this.#fits(bytes)) {
      const { totals } = this.#tables;
      const oldest = this.#tables.oldest();
      if (!oldest || this.#limits.whenFull === 'refuse') throw full(totals.records, totals.bytes);
      this.#tables.remove(oldest.id);
      this.#counts.dropped++;
      dropped.push({ id: oldest.id, lane: oldest.lane });
    }
    return dropped;
  }

  /** Whether there is room for one more record, of this size. */
  #fits(bytes: number): boolean {
    const { totals } = this.#tables;
    return totals.records < this.#limits.records && totals.bytes + bytes <= this.#limits.bytes;
  }

  #settle(change: Change): void {
    const { id } = change;
    switch (change.state) {
      case 'sending':
        return this.#tables.sending(id);
      case 'retry':
        return this.#tables.retry(id, change.doubtful);
      case 'rejected':
        return this.#reject(id, change.reason);
      case 'written':
        this.#tables.remove(id);
    }
  }

  #reject(id: number, reason: Rejection): void {
    if (!this.#tables.reject(id, reason)) return;
    const { totals } = this.#tables;
    // The new one stays.
    while (
      totals.rejected > 1 &&
      (totals.rejected > this.#limits.records * REJECTED_SHARE ||
        totals.rejectedBytes > this.#limits.bytes * REJECTED_SHARE)
    ) {
      if (!this.#tables.discard()) return;
      this.#counts.rejectedDropped++;
    }
  }

  #rejectDamaged(rows: Row[]): void {
    const reason = damagedAt(Date.now());
    try {
      this.#transaction(() => rows.forEach(({ id }) => this.#reject(Number(id), reason)));
      this.#counts.damaged += rows.length;
    } catch (error) {
      // A value that no column takes.
      throw resultCode(error) === SQLITE_CONSTRAINT ? new Damaged((error as Error).message) : error;
    }
  }

  #eachRejected(ids: number[] | undefined, use: (row: Row) => void): number {
    return this.#transaction(() => {
      let count = 0;
      for (const row of ids ? this.#rejectedOf(ids) : this.#allRejected()) {
        use(row);
        this.#tables.discard(Number(row.id));
        count++;
      }
      return count;
    });
  }

  *#rejectedOf(ids: number[]): Generator<Row> {
    for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
      const row = this.#tables.rejected(id);
      if (row) yield row;
    }
  }

  *#allRejected(): Generator<Row> {
    let rows: Row[];
    for (let after = 0; (rows = this.#tables.rejectedPage(after, RESEND_AT_ONCE)).length > 0;) {
      after = Number(rows.at(-1)!.id);
      yield* rows;
    }
  }

  /** After damage that SQLite did not notice the totals know of more than is there. */
  #checkEmpty(): void {
    const { records, bytes } = this.#tables.totals;
    if (records === 0 && bytes === 0) return;
    this.#transaction(() => {
      this.#counts.damaged += Math.max(records, 0);
      this.#tables.recount();
    });
  }

  /** The disk gets what was given back with the next checkpoint, which a full one may wait for in vain. */
  #giveBackAll(): void {
    this.#giveBackPages(0);
    this.#tidy('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  #giveBackPages(spare: number): void {
    const free = Number(this.#database.prepare('PRAGMA freelist_count').get()?.freelist_count);
    if (free > spare) this.#tidy(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
  }

  #tidy(sql: string): void {
    try {
      this.#database.exec(sql);
    } catch {
      // What was written before is committed. A full disk is no harm; a bad one shows at the next call.
    }
  }
}
