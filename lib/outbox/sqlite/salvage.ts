import { existsSync, renameSync } from 'node:fs';
import { openDamaged } from './database';
import {
  SQLITE_CORRUPT,
  SQLITE_NOTADB,
  resultCode,
  type Connection,
  type Row,
  type Statement,
} from './node-sqlite';
import { isSound } from './rows';
import { Tables } from './tables';

/** Renames a damaged file with what belongs to it. Returns its new name. */
export function setAside(file: string): string {
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const aside = file.replace(/(\.\w+)$/, `.damaged-${stamp}$1`);
  for (const part of ['', '-wal']) if (existsSync(file + part)) renameSync(file + part, aside + part);
  return aside;
}

/**
 * Copies from a damaged file into a new database what can be read and is sound.
 * Returns how many queued and rejected records that were.
 */
export function salvage(file: string, to: Connection, lastId: number): number {
  const from = openDamaged(file);
  try {
    to.exec('BEGIN IMMEDIATE');
    const saved = copy(from, to, 'queue', 'id', isSound) + copy(from, to, 'rejected', 'id', isSound);
    copy(from, to, 'sending', 'id');
    copy(from, to, 'seen', 'number');
    const tables = new Tables(to);
    tables.recount(lastId);
    tables.saveTotals();
    to.exec('COMMIT');
    return saved;
  } catch (error) {
    to.exec('ROLLBACK');
    throw error;
  } finally {
    from.close();
  }
}

function copy(
  from: Connection,
  to: Connection,
  table: string,
  id: string,
  isGood = (_: Row) => true,
): number {
  let copied = 0;
  let insert: Statement | undefined;
  for (const row of readable(from, table, id)) {
    if (!isGood(row)) continue;
    const values = Object.values(row);
    insert ??= to.prepare(`INSERT OR IGNORE INTO ${table} VALUES (${values.map(() => '?').join()})`);
    insert.run(...values);
    copied++;
  }
  return copied;
}

/** The rows from the front as far as they can be read, then from the back to the same place. */
function* readable(from: Connection, table: string, id: string): Generator<Row> {
  const select = `SELECT * FROM ${table} WHERE ${id} > ? AND ${id} < ? ORDER BY ${id}`;
  const ascending = from.prepare(`${select} LIMIT 1`);
  const descending = from.prepare(`${select} DESC LIMIT 1`);
  let after = 0;
  let before = Number.MAX_SAFE_INTEGER;
  for (let row; (row = rowBetween(ascending, id, after, before)); after = Number(row[id])) yield row;
  for (let row; (row = rowBetween(descending, id, after, before)); before = Number(row[id])) yield row;
}

function rowBetween(statement: Statement, id: string, after: number, before: number): Row | undefined {
  try {
    const row = statement.get(after, before);
    // A damaged page can hold any number.
    return row && Number(row[id]) > after && Number(row[id]) < before ? row : undefined;
  } catch (error) {
    const code = resultCode(error);
    if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) return undefined;
    throw error;
  }
}
