/** The part of node:sqlite that is used here: its types come with @types/node 22 only. */

export type Value = string | number | null | Uint8Array;
export type Row = Record<string, Value>;

export interface Statement {
  run(...values: Value[]): { changes: number | bigint };
  get(...values: Value[]): Row | undefined;
  all(...values: Value[]): Row[];
  iterate(...values: Value[]): IterableIterator<Row, undefined>;
}

export interface Connection {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

export type Database = new (file: string, options: { defensive: boolean }) => Connection;

/** Loads SQLite without the warning of Node.js 22 that it is experimental; others' warnings pass. */
export function loadSqlite(): Database {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return (process.getBuiltinModule('node:sqlite') as { DatabaseSync: Database }).DatabaseSync;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** The primary result code of an error of SQLite, undefined for any other error. */
export function resultCode(error: unknown): number | undefined {
  const { errcode, code } = (error instanceof Error ? error : {}) as { errcode?: unknown; code?: unknown };
  // A number that JavaScript cannot hold: none such was ever written.
  if (code === 'ERR_OUT_OF_RANGE') return SQLITE_CORRUPT;
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** https://sqlite.org/rescode.html */
export const SQLITE_ERROR = 1;
export const SQLITE_BUSY = 5;
export const SQLITE_READONLY = 8;
export const SQLITE_CORRUPT = 11;
export const SQLITE_FULL = 13;
export const SQLITE_CANTOPEN = 14;
export const SQLITE_CONSTRAINT = 19;
export const SQLITE_NOTADB = 26;

/** Damage that SQLite itself does not call so. */
export class Damaged extends Error {
  readonly errcode = SQLITE_CORRUPT;
}
