import { existsSync, renameSync } from 'node:fs';
import { openDamaged } from './database';
import {
  SQLITE_CONSTRAINT,
  SQLITE_CORRUPT,
  SQLITE_ERROR,
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
 * Copies from a damaged file into a new database what can be read and is sound; queued records are doubtful then.
 * Returns how many queued and rejected records that were.
 */
export function salvage(file: string, to: Connection, lastId: number): number {
  const from = openDamaged(file);
  try {
    to.exec('BEGIN IMMEDIATE');
    const saved = copy(from, to, 'queue', 'id', isSound) + copy(from, to, 'rejected', 'id', isSound);
    copy(from, to, 'seen', 'number');
    // A damaged file may give again what was taken out of it.
    to.exec('UPDATE queue SET doubtful = 1, sameId = id');
    const tables = new Tables(to);
    tables.recount(lastId);
    tables.save();
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
    const [names, places] = [Object.keys(row).join(), values.map(() => '?').join()];
    insert ??= unlessDamaged(() =>
      to.prepare(`INSERT OR IGNORE INTO ${table} (${names}) VALUES (${places})`),
    );
    copied += Number(unlessDamaged(() => insert?.run(...values))?.changes ?? 0);
  }
  return copied;
}

/** The rows from the front as far as they can be read, then from the back as far: some come twice. */
function* readable(from: Connection, table: string, id: string): Generator<Row> {
  for (const direction of ['ASC', 'DESC']) {
    const rows = unlessDamaged(() =>
      from.prepare(`SELECT * FROM ${table} ORDER BY ${id} ${direction}`).iterate(),
    );
    for (let row; (row = unlessDamaged(() => rows?.next().value));) yield row;
  }
}

/** What SQLite says of damage: to pages, to the tables' definitions, to a value that does not fit into its column. */
const DAMAGE = [SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_ERROR, SQLITE_CONSTRAINT];

function unlessDamaged<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (DAMAGE.includes(resultCode(error) ?? 0)) return undefined;
    throw error;
  }
}
