import type { StoreLimits } from '../limits';
import { Fingerprints, fingerprint, type Fingerprint } from './fingerprints';
import { Damaged, type Connection, type Statement, type Value } from './node-sqlite';

/** Keys are forgotten part by part, each part a fourth of what is to be known. */
const PARTS = 4;
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

/**
 * The keys of the last records, for as long as the limits say, or a fourth longer. In memory they are sets of
 * fingerprints. On the disk they are a log, one row a commit: an index in the order of the keys would write a page for
 * each key, and that took most of the time.
 */
export class Seen {
  readonly #limits: StoreLimits;
  readonly #append: Statement;
  readonly #delete: Statement;
  /** Oldest first. */
  readonly #parts: Part[] = [];
  /** Accepted, but not committed. */
  readonly #pending = new Map<string, Fingerprint>();
  #lastRow = 0;
  /** Rows up to here are to be deleted. */
  #deleteTo = 0;

  constructor(database: Connection, limits: StoreLimits) {
    this.#limits = limits;
    this.#append = database.prepare('INSERT INTO seen (number, at, keys) VALUES (?, ?, ?)');
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
    this.#append.run(
      this.#lastRow + 1,
      now,
      new Uint8Array(Uint32Array.from([...this.#pending.values()].flat()).buffer),
    );
    this.#delete.run(this.#deleteTo, DELETE_ROWS);
  }

  committed(now: number): void {
    if (this.#pending.size > 0) this.#keep(this.#lastRow + 1, now, this.#pending.values());
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
    for (let rows; (rows = page.all(this.#lastRow)).length > 0;) {
      for (const { number, at, keys } of rows) {
        // It would never come to an end.
        if (!(Number(number) > this.#lastRow)) throw new Damaged('the keys are not in order');
        this.#keep(Number(number), Number(at), readKeys(keys));
      }
    }
  }

  #isKept(print: Fingerprint): boolean {
    return this.#parts.some(({ keys }) => keys.has(print));
  }

  #keep(row: number, now: number, prints: Iterable<Fingerprint>): void {
    const part = this.#openPart(now);
    for (const print of prints) part.keys.add(print);
    // A computer without a battery may start in the past.
    part.to = Math.max(part.to, now);
    part.row = this.#lastRow = row;
  }

  #openPart(now: number): Part {
    const last = this.#parts.at(-1);
    const { seenMs, seenRecords } = this.#limits;
    if (last && last.keys.size < seenRecords / PARTS && now - last.from < seenMs / PARTS) return last;
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
