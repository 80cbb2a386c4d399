import assert from 'node:assert/strict';
import type { StoredRecord } from '../../demo/microshare/records';

/** A record of these tests: those of a device are numbered from 0. */
export interface NumberedRecord {
  device: string;
  n: number;
}

export function nameOf({ device, n }: NumberedRecord): string {
  return `${device} ${n}`;
}

/** What has arrived in a lake. */
export class Arrivals {
  /** How many of each device, up to the first that is missing. */
  readonly #counts = new Map<string, number>();
  readonly #tooEarly: string[] = [];
  /** Records that came again: when they came last, Unix time in ms. */
  readonly copies = new Map<string, number>();
  total = 0;

  readonly add = ({ data, tstamp }: StoredRecord): void => {
    const record = data as NumberedRecord;
    const count = this.#counts.get(record.device) ?? 0;
    if (record.n < count) this.copies.set(nameOf(record), tstamp);
    else if (record.n > count) this.#tooEarly.push(nameOf(record));
    else {
      this.#counts.set(record.device, count + 1);
      this.total++;
    }
  };

  /** All that was accepted is there, in the order of each device, and once unless it was flagged. */
  check(accepted: ReadonlyMap<string, number>, flagged: ReadonlySet<string>): void {
    assert.deepEqual(this.#tooEarly, [], 'came before an earlier one of its device, or that one is lost');
    assert.deepEqual(
      new Map([...this.#counts].sort()),
      new Map([...accepted].sort()),
      'how many of each device',
    );
    const silent = [...this.copies.keys()].filter((name) => !flagged.has(name));
    assert.deepEqual(silent, [], 'came twice, and nobody was told');
  }
}

/** How many records there are of all devices. */
export function sum(accepted: ReadonlyMap<string, number>): number {
  return [...accepted.values()].reduce((sum, count) => sum + count, 0);
}
