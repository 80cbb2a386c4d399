import { sizeOf } from '../limits';
import type { NewRecord, Rejection } from '../store';
import { Damaged, type Connection, type Row, type Statement } from './node-sqlite';
import { checksum } from './rows';

/** What would take long to count: kept in a table of one row, written in the same commit as what it counts. */
export interface Totals {
  lastId: number;
  records: number;
  bytes: number;
  rejected: number;
  rejectedBytes: number;
}

/** Queued and rejected records row by row, with their totals. Its user begins and commits. */
export class Tables {
  totals: Totals;
  readonly #sql: Record<keyof typeof STATEMENTS, Statement>;

  constructor(database: Connection) {
    this.#sql = Object.fromEntries(
      Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]),
    ) as Record<keyof typeof STATEMENTS, Statement>;
    const totals = this.#sql.totals.get() ?? { lastId: null };
    if (Object.values(totals).some((value) => typeof value !== 'number'))
      throw new Damaged('the totals are none');
    this.totals = totals as unknown as Totals;
  }

  saveTotals(): void {
    const { lastId, records, bytes, rejected, rejectedBytes } = this.totals;
    this.#sql.saveTotals.run(lastId, records, bytes, rejected, rejectedBytes);
  }

  /** Counts what is there. Ids go on after those found and those given before. */
  recount(lastId = this.totals.lastId): void {
    const counted = this.#sql.count.get() as unknown as Totals;
    this.totals = { ...counted, lastId: Math.max(lastId, counted.lastId) };
  }

  insert({ key, lane, target, body }: NewRecord, addedAt: number, doubtful = false): number {
    const id = ++this.totals.lastId;
    const record = { id, addedAt, lane, target, body, ...(key !== undefined && { key }) };
    const size = sizeOf(record);
    this.#sql.insert.run(
      id,
      id,
      addedAt,
      doubtful ? 1 : 0,
      size,
      checksum(record),
      key ?? null,
      lane,
      target,
      body,
    );
    this.totals.records++;
    this.totals.bytes += size;
    return id;
  }

  oldest(): { id: number; addedAt: number } | undefined {
    return this.#sql.oldest.get() as { id: number; addedAt: number } | undefined;
  }

  /** Whether a row that was read is found by its id, too. */
  has({ id, crc }: Row): boolean {
    return this.#sql.has.get(id!, crc!) !== undefined;
  }

  page(after: number, limit: number): Row[] {
    return this.#sql.page.all(after, limit);
  }

  rejectedPage(after: number, limit: number): Row[] {
    return this.#sql.rejectedPage.all(after, limit);
  }

  rejected(id: number): Row | undefined {
    return this.#sql.rejected.get(id);
  }

  sending(id: number): void {
    this.#sql.sending.run(id);
  }

  retry(id: number, doubtful: boolean): void {
    this.#sql.sent.run(id);
    this.#sql.retry.run(doubtful ? 1 : 0, id);
  }

  /** After the store was closed or broke off: nobody knows what became of what was being sent. */
  doubtWhatWasSending(): void {
    this.#sql.doubt.run();
    this.#sql.allSent.run();
  }

  /** Takes a record out of the queue; false where it is not there. */
  remove(id: number): boolean {
    this.#sql.sent.run(id);
    const removed = this.#sql.remove.get(id);
    if (!removed) return false;
    if (removed.sameId !== id) throw new Damaged('another record is found by the id of a record');
    this.totals.records--;
    this.totals.bytes -= Number(removed.size);
    return true;
  }

  /** Moves a record from the queue to the rejected ones; false where it is not there. */
  reject(id: number, reason: Rejection): boolean {
    this.#sql.reject.run(JSON.stringify(reason), id);
    const { bytes } = this.totals;
    if (!this.remove(id)) return false;
    this.totals.rejected++;
    this.totals.rejectedBytes += bytes - this.totals.bytes;
    return true;
  }

  /** Takes a rejected record, or the oldest of them, out of the store; false where it is not there. */
  discard(id?: number): boolean {
    const row = id === undefined ? this.#sql.discardOldest.get() : this.#sql.discard.get(id);
    if (!row) return false;
    this.totals.rejected--;
    this.totals.rejectedBytes -= Number(row.size);
    return true;
  }
}

const LAST_ID = 'max((SELECT ifnull(max(id), 0) FROM queue), (SELECT ifnull(max(id), 0) FROM rejected))';

const STATEMENTS = {
  totals: `SELECT max(lastId, ${LAST_ID}) AS lastId, records, bytes, rejected, rejectedBytes FROM totals`,
  saveTotals: 'UPDATE totals SET lastId = ?, records = ?, bytes = ?, rejected = ?, rejectedBytes = ?',
  count: `
    SELECT ${LAST_ID} AS lastId,
      (SELECT count(*) FROM queue) AS records, (SELECT ifnull(sum(size), 0) FROM queue) AS bytes,
      (SELECT count(*) FROM rejected) AS rejected, (SELECT ifnull(sum(size), 0) FROM rejected) AS rejectedBytes`,
  insert: `INSERT INTO queue (id, sameId, addedAt, attempts, doubtful, size, crc, key, lane, target, body)
    VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)`,
  oldest: 'SELECT id, addedAt FROM queue ORDER BY id LIMIT 1',
  has: 'SELECT 1 FROM queue WHERE id = ? AND crc = ?',
  page: 'SELECT * FROM queue WHERE id > ? ORDER BY id LIMIT ?',
  rejectedPage: 'SELECT * FROM rejected WHERE id > ? ORDER BY id LIMIT ?',
  rejected: 'SELECT * FROM rejected WHERE id = ?',
  sending: 'INSERT OR IGNORE INTO sending SELECT id FROM queue WHERE id = ?',
  sent: 'DELETE FROM sending WHERE id = ?',
  allSent: 'DELETE FROM sending',
  doubt: 'UPDATE queue SET doubtful = 1 WHERE id IN (SELECT id FROM sending)',
  retry: 'UPDATE queue SET attempts = attempts + 1, doubtful = ? WHERE id = ?',
  remove: 'DELETE FROM queue WHERE id = ? RETURNING size, sameId',
  reject: 'INSERT OR REPLACE INTO rejected SELECT *, ? FROM queue WHERE id = ?',
  discard: 'DELETE FROM rejected WHERE id = ? RETURNING size',
  discardOldest: 'DELETE FROM rejected WHERE id = (SELECT min(id) FROM rejected) RETURNING size',
};
