import { pageOf, sizeOf } from '../limits';
import type { NewRecord, Rejection, StoredRecord } from '../store';
import { Damaged, type Connection, type Row, type Statement } from './node-sqlite';
import { checksum } from './rows';

/** What would take long to count. */
export interface Totals {
  lastId: number;
  records: number;
  bytes: number;
  rejected: number;
  rejectedBytes: number;
}

type Oldest = Pick<StoredRecord, 'id' | 'lane' | 'addedAt'>;

/** A table of one row, written in the same commit as the records. */
interface State extends Totals {
  /** Ids of the records that are being sent: in a table of its own each would be two more changes. */
  sending: Set<number>;
}

/** Queued and rejected records row by row, with their totals. Its user begins and commits. */
export class Tables {
  #state: State;
  readonly #sql: Record<keyof typeof STATEMENTS, Statement>;

  constructor(database: Connection) {
    this.#sql = Object.fromEntries(
      Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]),
    ) as Record<keyof typeof STATEMENTS, Statement>;
    this.#state = readState(this.#sql.state.get());
  }

  get totals(): Readonly<Totals> {
    return this.#state;
  }

  /** Returns what goes back to the state of now: for a transaction that is rolled back. */
  mark(): () => void {
    const state = { ...this.#state, sending: new Set(this.#state.sending) };
    return () => (this.#state = state);
  }

  save(): void {
    const { lastId, records, bytes, rejected, rejectedBytes, sending } = this.#state;
    this.#sql.save.run(lastId, records, bytes, rejected, rejectedBytes, JSON.stringify([...sending]));
  }

  /** Counts what is there. Ids go on after those found and those given before. */
  recount(lastId = this.#state.lastId): void {
    const counted = this.#sql.count.get() as unknown as Totals;
    this.#state = { ...this.#state, ...counted, lastId: Math.max(lastId, counted.lastId) };
  }

  insert({ key, lane, target, body }: NewRecord, addedAt: number, doubtful = false): number {
    const id = ++this.#state.lastId;
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
    this.#state.records++;
    this.#state.bytes += size;
    return id;
  }

  oldest(): Oldest | undefined {
    return this.#sql.oldest.get() as unknown as Oldest | undefined;
  }

  /** Whether a row that was read is found by its id, too. */
  has({ id, crc }: Row): boolean {
    return this.#sql.has.get(id!, crc!) !== undefined;
  }

  page(after: number, limit: number): Row[] {
    return pageOf(this.#sql.page.iterate(after, limit), bytesOf);
  }

  rejectedPage(after: number, limit: number): Row[] {
    return pageOf(this.#sql.rejectedPage.iterate(after, limit), bytesOf);
  }

  rejected(id: number): Row | undefined {
    return this.#sql.rejected.get(id);
  }

  sending(id: number): void {
    this.#state.sending.add(id);
  }

  retry(id: number, doubtful: boolean): void {
    this.#state.sending.delete(id);
    this.#sql.retry.run(doubtful ? 1 : 0, id);
  }

  /** After the store was closed or broke off: nobody knows what became of what was being sent. */
  doubtWhatWasSending(): void {
    for (const id of this.#state.sending) this.#sql.doubt.run(id);
    this.#state.sending.clear();
  }

  /** Takes a record out of the queue; false where it is not there. */
  remove(id: number): boolean {
    this.#state.sending.delete(id);
    const removed = this.#sql.remove.get(id);
    if (!removed) return false;
    if (removed.sameId !== id) throw new Damaged('another record is found by the id of a record');
    this.#state.records--;
    this.#state.bytes -= Number(removed.size);
    return true;
  }

  /** Moves a record from the queue to the rejected ones; false where it is not there. */
  reject(id: number, reason: Rejection): boolean {
    this.#sql.reject.run(JSON.stringify(reason), id);
    const { bytes } = this.#state;
    if (!this.remove(id)) return false;
    this.#state.rejected++;
    this.#state.rejectedBytes += bytes - this.#state.bytes;
    return true;
  }

  /** Takes a rejected record, or the oldest of them, out of the store; false where it is not there. */
  discard(id?: number): boolean {
    const row = id === undefined ? this.#sql.discardOldest.get() : this.#sql.discard.get(id);
    if (!row) return false;
    this.#state.rejected--;
    this.#state.rejectedBytes -= Number(row.size);
    return true;
  }
}

const LAST_ID = 'max((SELECT ifnull(max(id), 0) FROM queue), (SELECT ifnull(max(id), 0) FROM rejected))';

const STATEMENTS = {
  state: `SELECT max(lastId, ${LAST_ID}) AS lastId, records, bytes, rejected, rejectedBytes, sending FROM state`,
  save: 'UPDATE state SET lastId = ?, records = ?, bytes = ?, rejected = ?, rejectedBytes = ?, sending = ?',
  count: `
    SELECT ${LAST_ID} AS lastId,
      (SELECT count(*) FROM queue) AS records, (SELECT ifnull(sum(size), 0) FROM queue) AS bytes,
      (SELECT count(*) FROM rejected) AS rejected, (SELECT ifnull(sum(size), 0) FROM rejected) AS rejectedBytes`,
  insert: `INSERT INTO queue (id, sameId, addedAt, attempts, doubtful, size, crc, key, lane, target, body)
    VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)`,
  oldest: 'SELECT id, lane, addedAt FROM queue ORDER BY id LIMIT 1',
  has: 'SELECT 1 FROM queue WHERE id = ? AND crc = ?',
  page: 'SELECT * FROM queue WHERE id > ? ORDER BY id LIMIT ?',
  rejectedPage: 'SELECT * FROM rejected WHERE id > ? ORDER BY id LIMIT ?',
  rejected: 'SELECT * FROM rejected WHERE id = ?',
  doubt: 'UPDATE queue SET doubtful = 1 WHERE id = ?',
  retry: 'UPDATE queue SET attempts = attempts + 1, doubtful = ? WHERE id = ?',
  remove: 'DELETE FROM queue WHERE id = ? RETURNING size, sameId',
  reject: 'INSERT OR REPLACE INTO rejected SELECT *, ? FROM queue WHERE id = ?',
  discard: 'DELETE FROM rejected WHERE id = ? RETURNING size',
  discardOldest: 'DELETE FROM rejected WHERE id = (SELECT min(id) FROM rejected) RETURNING size',
};

function bytesOf({ size }: Row): number {
  return Number(size);
}

/** @throws Damaged */
function readState(row: Row = {}): State {
  const { sending, ...totals } = row;
  try {
    if (!Object.values(totals).every(Number.isInteger)) throw new Error('no number');
    return { ...(totals as unknown as Totals), sending: new Set(JSON.parse(String(sending)) as number[]) };
  } catch {
    throw new Damaged('the totals are none');
  }
}
