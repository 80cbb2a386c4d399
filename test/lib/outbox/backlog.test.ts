import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskStore } from '../../../lib/outbox/sqlite/disk-store';
import type { NewRecord, Store } from '../../../lib/outbox/store';
import { addAll } from './add-all';

/** `RECORDS=1000000` for the long run. */
const RECORDS = Number(process.env.RECORDS ?? 50_000);
const CALL = 64;
/** Of the process: mostly what V8 has not swept yet, and up to 23 bytes a key. */
const MOST_GROWTH_MB = 200;
const BODY = 'x'.repeat(500);

const megabytes = () => process.memoryUsage().rss / 1e6;

function someRecords(first: number): NewRecord[] {
  return Array.from({ length: CALL }, (_, index) => ({
    key: `k${first + index}`,
    lane: 'l',
    target: 't',
    body: BODY,
  }));
}

async function fill(store: Store): Promise<void> {
  let next = 0;
  const caller = async () => {
    while (next < RECORDS) await addAll(store, someRecords((next += CALL)));
  };
  await Promise.all([caller(), caller(), caller(), caller()]);
}

async function drain(store: Store): Promise<number> {
  let count = 0;
  for (let after = 0, page; (page = await store.page(after, 256)).length > 0; after = page.at(-1)!.id) {
    await store.settle(page.map(({ id }) => ({ id, state: 'written' })));
    count += page.length;
  }
  return count;
}

describe('A long queue on the disk', () => {
  it(`of ${RECORDS} records stays out of memory, opens at once, and gives its room back`, async function () {
    this.timeout(30_000 + RECORDS / 2);
    const directory = await mkdtemp(join(tmpdir(), 'outbox-'));
    const limits = { records: 2 * RECORDS, bytes: 1000 * RECORDS };
    const figures: Record<string, string> = {};
    const time = async <T>(what: string, task: Promise<T>): Promise<T> => {
      const start = performance.now();
      const result = await task;
      figures[what] = `${((performance.now() - start) / 1000).toFixed(2)} s, ${megabytes().toFixed(0)} MB`;
      return result;
    };

    let store = await time('open empty', DiskStore.open({ directory, limits }));
    const before = megabytes();
    await time('add', fill(store));
    await time('close', store.close());
    const bytes = statSync(join(directory, 'outbox.sqlite')).size;
    store = await time('open full', DiskStore.open({ directory, limits }));
    const { records } = await store.stats();
    assert.ok(records >= RECORDS);
    assert.equal(await time('drain', drain(store)), records);
    const grown = megabytes() - before;
    await store.close();
    console.table(figures);

    assert.ok(grown < MOST_GROWTH_MB, `grew by ${grown.toFixed(0)} MB`);
    assert.ok(statSync(join(directory, 'outbox.sqlite')).size < bytes / 2);
    await rm(directory, { recursive: true });
  });
});
