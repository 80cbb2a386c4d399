import { OutboxError, failureOf, type Failure } from '../errors';
import { REJECTED_SHARE, full, sizeOf, tooLarge, type StoreLimits } from '../limits';
import type { Added, Change, NewRecord, RejectedRecord, Rejection, StoreStats, StoredRecord } from '../store';
import { Damaged, SQLITE_CONSTRAINT, resultCode, type Connection, type Row } from './node-sqlite';
import { isSound, readRejected, readRow } from './rows';
import { Seen } from './seen';
import { Tables } from './tables';

/** A call of the store that changes the queue. */
export type Write = { add: NewRecord[] } | { settle: Change[] };
export type Written = { added: Added[] } | { refused: Failure } | { settled: true };

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

  /** Does all in one commit. With `noRoom` records are refused, and only settled. */
  write(writes: Write[], noRoom?: OutboxError): Written[] {
    const written = this.#transaction(() => writes.map((write) => this.#write(write, noRoom)));
    if (noRoom) this.#giveBackPages(0);
    else if (++this.#writes % VACUUM_EVERY === 0) this.#giveBackPages(SPARE_PAGES);
    return written;
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

  #write(write: Write, noRoom: OutboxError | undefined): Written {
    if ('settle' in write) {
      for (const change of write.settle) this.#settle(change);
      return { settled: true };
    }
    try {
      if (noRoom) throw noRoom;
      return { added: this.#add(write.add) };
    } catch (error) {
      if (error instanceof OutboxError) return { refused: failureOf(error) };
      throw error;
    }
  }

  #add(records: NewRecord[]): Added[] {
    const now = Date.now();
    this.#seen.forgetOld(now);
    this.#makeRoom(records);
    return records.map((record): Added => {
      if (record.key !== undefined && !this.#seen.accept(record.key)) {
        this.#counts.duplicates++;
        return { duplicate: true };
      }
      const id = this.#tables.insert(record, now);
      if (record.sending) this.#tables.sending(id);
      return { id };
    });
  }

  /** @throws OutboxError `full`, before anything was changed */
  #makeRoom(records: NewRecord[]): void {
    if (this.#fits(records.length, sumOf(records))) return;
    const fresh = this.#withoutDuplicates(records);
    const bytes = sumOf(fresh);
    if (bytes > this.#limits.bytes || fresh.length > this.#limits.records)
      throw tooLarge(fresh.length, bytes);
    while (!this.#fits(fresh.length, bytes)) {
      const { totals } = this.#tables;
      const oldest = this.#tables.oldest();
      if (!oldest || this.#limits.whenFull === 'refuse') throw full(totals.records, totals.bytes);
      this.#tables.remove(oldest.id);
      this.#counts.dropped++;
    }
  }

  #fits(records: number, bytes: number): boolean {
    const { totals } = this.#tables;
    return totals.records + records <= this.#limits.records && totals.bytes + bytes <= this.#limits.bytes;
  }

  #withoutDuplicates(records: NewRecord[]): NewRecord[] {
    const keys = new Set<string>();
    return records.filter(({ key }) => {
      if (key === undefined) return true;
      if (keys.has(key) || this.#seen.has(key)) return false;
      keys.add(key);
      return true;
    });
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
    while (
      totals.rejected > this.#limits.records * REJECTED_SHARE ||
      totals.rejectedBytes > this.#limits.bytes * REJECTED_SHARE
    ) {
      if (!this.#tables.discard()) return;
      this.#counts.rejectedDropped++;
    }
  }

  #rejectDamaged(rows: Row[]): void {
    const reason = {
      code: 'damaged',
      message: 'The record was damaged on the disk: its checksum does not fit.',
      at: Date.now(),
    };
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
    for (const id of new Set(ids)) {
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

  #giveBackPages(spare: number): void {
    const free = Number(this.#database.prepare('PRAGMA freelist_count').get()?.freelist_count);
    if (free <= spare) return;
    try {
      this.#database.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
    } catch {
      // What was written before is committed. A full disk is no harm; a bad one shows at the next call.
    }
  }
}

function sumOf(records: NewRecord[]): number {
  return records.reduce((sum, record) => sum + sizeOf(record), 0);
}
