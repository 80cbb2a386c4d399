import type { StoreLimits } from '../limits';
import { Fingerprints, fingerprint, type Fingerprint } from './fingerprints';
import { Damaged, type Connection, type Statement, type Value } from './node-sqlite';

/** Keys are forgotten part by part, each part a fourth of what is to be known. */
const PARTS = 4;
/** Commits add to the same row until it has so many keys: a month of single records is millions of commits. */
const ROW_KEYS = 64;
/** Rows of forgotten keys that are deleted with one commit. */
const DELETE_ROWS = 64;

/** Keys that came one after the other. */
interface Part {
  keys: Fingerprints;
  /** Unix time in ms of its first and its last key. */
  from: number;
  to: number;
  /** The last row of the table that holds keys of it. */
  row: number;
}

/** Of the table. */
interface KeyRow {
  number: number;
  /** Unix time in ms of its last key. */
  at: number;
  keys: Fingerprint[];
}

/**
 * The keys of the last records, for as long as the limits say, or a fourth longer. In memory they are sets of
 * fingerprints. On the disk they are a log: an index in the order of the keys would write a page for each key, and that
 * took most of the time.
 */
export class Seen {
  readonly #limits: StoreLimits;
  readonly #write: Statement;
  readonly #delete: Statement;
  /** Oldest first. */
  readonly #parts: Part[] = [];
  /** Accepted, but not committed. */
  readonly #pending = new Map<string, Fingerprint>();
  #lastRow: KeyRow = { number: 0, at: 0, keys: [] };
  /** The last row, once what is accepted is committed. */
  #nextRow = this.#lastRow;
  /** Rows up to here are to be deleted. */
  #deleteTo = 0;

  constructor(database: Connection, limits: StoreLimits) {
    this.#limits = limits;
    this.#write = database.prepare('INSERT OR REPLACE INTO seen (number, at, keys) VALUES (?, ?, ?)');
    this.#delete = database.prepare(
      'DELETE FROM seen WHERE number IN (SELECT number FROM seen WHERE number <= ? ORDER BY number LIMIT ?)',
    );
    this.#load(database.prepare('SELECT * FROM seen WHERE number > ? ORDER BY number LIMIT 1000'));
    this.forgetOld(Date.now());
  }

  /** Of a key that is not known. */
  unknown(key: string): Fingerprint | undefined {
    if (this.#pending.has(key)) return undefined;
    const print = fingerprint(key);
    return this.#isKept(print) ? undefined : print;
  }

  /** Takes the key of a new record. */
  accept(key: string, print: Fingerprint): void {
    this.#pending.set(key, print);
  }

  /** Within the transaction: writes what was accepted. */
  save(now: number): void {
    if (this.#pending.size === 0) return;
    const { number, at, keys } = (this.#nextRow = this.#withPending(now));
    this.#write.run(number, at, new Uint8Array(Uint32Array.from(keys.flat()).buffer));
    this.#delete.run(this.#deleteTo, DELETE_ROWS);
  }

  committed(now: number): void {
    if (this.#pending.size > 0) this.#keep(this.#nextRow, this.#pending.values(), now);
    this.#pending.clear();
  }

  rolledBack(): void {
    this.#pending.clear();
  }

  forgetOld(now: number): void {
    let known = this.#parts.reduce((sum, { keys }) => sum + keys.size, 0);
    for (let oldest; (oldest = this.#parts[0]); this.#parts.shift()) {
      known -= oldest.keys.size;
      if (oldest.to >= now - this.#limits.seenMs && known < this.#limits.seenRecords) return;
      this.#deleteTo = oldest.row;
    }
  }

  #load(page: Statement): void {
    for (let rows; (rows = page.all(this.#lastRow.number)).length > 0;) {
      for (const { number, at, keys } of rows) {
        // It would never come to an end.
        if (!(Number(number) > this.#lastRow.number)) throw new Damaged('the keys are not in order');
        const row = { number: Number(number), at: Number(at), keys: [...readKeys(keys)] };
        this.#keep(row, row.keys, row.at);
      }
    }
  }

  #isKept(print: Fingerprint): boolean {
    return this.#parts.some(({ keys }) => keys.has(print));
  }

  #withPending(now: number): KeyRow {
    const { number, at, keys } = this.#lastRow;
    const pending = [...this.#pending.values()];
    if (keys.length >= ROW_KEYS || !this.#openPart(now))
      return { number: number + 1, at: now, keys: pending };
    // A computer without a battery may start in the past.
    return { number, at: Math.max(at, now), keys: [...keys, ...pending] };
  }

  #keep(row: KeyRow, prints: Iterable<Fingerprint>, now: number): void {
    const part = this.#openPart(now) ?? this.#newPart(now);
    for (const print of prints) part.keys.add(print);
    part.to = Math.max(part.to, row.at);
    part.row = row.number;
    this.#lastRow = row;
  }

  #openPart(now: number): Part | undefined {
    const last = this.#parts.at(-1);
    const { seenMs, seenRecords } = this.#limits;
    return last && last.keys.size < seenRecords / PARTS && now - last.from < seenMs / PARTS
      ? last
      : undefined;
  }

  #newPart(now: number): Part {
    this.forgetOld(now);
    const part = { keys: new Fingerprints(), from: now, to: now, row: 0 };
    this.#parts.push(part);
    return part;
  }
}

function* readKeys(bytes: Value | undefined): Generator<Fingerprint> {
  // Anything else is damage.
  if (!(bytes instanceof Uint8Array) || bytes.length % 8 !== 0) return;
  const halves = new Uint32Array(bytes.slice().buffer);
  for (let at = 0; at < halves.length; at += 2) yield [halves[at]!, halves[at + 1]!];
}
