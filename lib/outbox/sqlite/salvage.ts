import { existsSync, renameSync, rmSync } from 'node:fs';
import { openDamaged, openDatabase } from './database';
import {
  SQLITE_BUSY,
  SQLITE_CONSTRAINT,
  SQLITE_ERROR,
  resultCode,
  type Connection,
  type Row,
  type Statement,
} from './node-sqlite';
import { isSound } from './rows';
import { Tables } from './tables';

/** A database is its file, and what its log has that is not in there yet. */
const PARTS = ['', '-wal'];

/**
 * Makes a new file with what can be read of a damaged one and is sound; queued records are doubtful then. Ids go on
 * after `lastId`. Returns how many queued and rejected records that were.
 */
export async function salvage(damaged: string, newFile: string, lastId: number): Promise<number> {
  remove(newFile);
  try {
    const to = await openDatabase(newFile, 0);
    try {
      // A log would take the room a second time.
      to.exec('PRAGMA journal_mode = MEMORY');
      return fill(to, damaged, lastId);
    } finally {
      to.close();
    }
  } catch (error) {
    remove(newFile);
    throw error;
  }
}

function remove(file: string): void {
  for (const part of PARTS) rmSync(file + part, { force: true });
}

/** Sets a damaged file aside, and returns the name that it has then. */
export function setAside(damaged: string): string {
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const aside = damaged.replace(/(\.\w+)$/, `.damaged-${stamp}$1`);
  for (const part of PARTS) if (existsSync(damaged + part)) renameSync(damaged + part, aside + part);
  return aside;
}

function fill(to: Connection, damaged: string, lastId: number): number {
  const from = unlessUnreadable(() => openDamaged(damaged));
  try {
    to.exec('BEGIN IMMEDIATE');
    let saved = 0;
    if (from) {
      saved = copy(from, to, 'queue', 'id', isSound) + copy(from, to, 'rejected', 'id', isSound);
      copy(from, to, 'seen', 'number');
    }
    // A damaged file may give again what was taken out of it.
    to.exec('UPDATE queue SET doubtful = 1, sameId = id');
    const tables = new Tables(to);
    tables.recount(lastId);
    tables.save();
    to.exec('COMMIT');
    return saved;
  } finally {
    from?.close();
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
    insert ??= unlessUnfit(() => to.prepare(`INSERT OR IGNORE INTO ${table} (${names}) VALUES (${places})`));
    copied += Number(unlessUnfit(() => insert?.run(...values))?.changes ?? 0);
  }
  return copied;
}

/** The rows from the front as far as they can be read, then from the back as far: some come twice. */
function* readable(from: Connection, table: string, id: string): Generator<Row> {
  for (const direction of ['ASC', 'DESC']) {
    const rows = unlessUnreadable(() =>
      from.prepare(`SELECT * FROM ${table} ORDER BY ${id} ${direction}`).iterate(),
    );
    for (let row; (row = unlessUnreadable(() => rows?.next().value));) yield row;
  }
}

/** Whatever is wrong with it, save that another has it open. */
function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (resultCode(error) === SQLITE_BUSY) throw error;
    return undefined;
  }
}

/** A column that is none of ours, or a value that does not fit into its own. */
function unlessUnfit<T>(write: () => T): T | undefined {
  try {
    return write();
  } catch (error) {
    if ([SQLITE_ERROR, SQLITE_CONSTRAINT].includes(resultCode(error) ?? 0)) return undefined;
    throw error;
  }
}
