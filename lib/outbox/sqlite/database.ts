import { setTimeout as sleep } from 'node:timers/promises';
import { SQLITE_BUSY, loadSqlite, resultCode, type Connection } from './node-sqlite';

const LOCK_POLL_MS = 50;

/**
 * The order matters: the lock comes first, so that no second process gets in and WAL needs no shared memory;
 * auto_vacuum counts only before the first table. Only FULL keeps what was committed through a power cut, and on macOS
 * only with fullfsync: its fsync leaves it in the memory of the drive.
 */
const SETTINGS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA journal_size_limit = 8000000;
  PRAGMA cache_size = -16000;
`;

/** SQLite does not notice a flipped bit: `crc` is over what never changes of a record, `sameId` is the id once more. */
const COLUMNS = `
  id INTEGER PRIMARY KEY,
  sameId INTEGER NOT NULL DEFAULT 0,
  addedAt INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  doubtful INTEGER NOT NULL,
  size INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  key TEXT,
  lane TEXT NOT NULL,
  target TEXT NOT NULL,
  body TEXT NOT NULL`;

const TABLES = `
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS queue (${COLUMNS}) STRICT;
  CREATE TABLE IF NOT EXISTS rejected (${COLUMNS}, reason TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS seen (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, keys BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS state (
    lastId INTEGER NOT NULL, records INTEGER NOT NULL, bytes INTEGER NOT NULL,
    rejected INTEGER NOT NULL, rejectedBytes INTEGER NOT NULL, sending TEXT NOT NULL
  ) STRICT;
  INSERT INTO state SELECT 0, 0, 0, 0, 0, '[]' WHERE NOT EXISTS (SELECT 1 FROM state);
  COMMIT;
`;

/** Opens the file for this thread alone, and makes it where it is missing; waits for one who has it open. */
export async function openDatabase(file: string, lockWaitMs: number): Promise<Connection> {
  const patience = performance.now() + lockWaitMs;
  for (;;) {
    try {
      return connect(file, SETTINGS + TABLES);
    } catch (error) {
      if (resultCode(error) !== SQLITE_BUSY || performance.now() >= patience) throw error;
      await sleep(LOCK_POLL_MS);
    }
  }
}

/** Opens a damaged file as far as it goes; with this setting also one whose end is missing. */
export function openDamaged(file: string): Connection {
  return connect(file, 'PRAGMA locking_mode = EXCLUSIVE; PRAGMA writable_schema = ON;', false);
}

function connect(file: string, setup: string, defensive = true): Connection {
  const Database = loadSqlite();
  const database = new Database(file, { defensive });
  try {
    database.exec(setup);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
