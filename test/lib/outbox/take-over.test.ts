import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore } from '../../../lib/outbox/memory-store';
import { Outbox } from '../../../lib/outbox/outbox';
import { DiskStore } from '../../../lib/outbox/sqlite/disk-store';
import type { NewRecord, Store } from '../../../lib/outbox/store';
import { takeOver } from '../../../lib/outbox/take-over';
import { eventually } from '../../eventually';

const REASON = { code: 'bad', message: 'No.', at: 1 };

describe('An outbox takes the records of another store', () => {
  let directory: string;
  let old: Store;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'outbox-'));
    old = await DiskStore.open({ directory });
  });
  afterEach(async () => {
    await old.close();
    await rm(directory, { recursive: true });
  });

  /** Records `0`, `1`, ... of two devices. */
  const fill = (count: number, more: Partial<NewRecord> = {}) =>
    Promise.all(
      Array.from({ length: count }, (_, n) =>
        old.add({ key: `k${n}`, lane: `device-${n % 2}`, target: 't', body: String(n), ...more }),
      ),
    );
  const bodies = async (store: Store) => (await store.page(0, 10_000)).map(({ body }) => body);
  const counts = async (store: Store) => {
    const { records, rejected } = await store.stats();
    return { records, rejected };
  };

  it('each once, those of a device in order, over several pages', async () => {
    const written: { body: string; lane: string }[] = [];
    const outbox = new Outbox({
      store: new MemoryStore(),
      deliver: () => Promise.resolve({ outcome: 'written', result: 'id' }),
      onWritten: (record) => written.push(record),
    });
    outbox.start();
    await fill(1_201);
    assert.equal(await takeOver(old, outbox), 1_201);
    assert.deepEqual(await counts(old), { records: 0, rejected: 0 });
    await eventually(() => written.length === 1_201, 'all records');
    for (const lane of ['device-0', 'device-1']) {
      const numbers = written.filter((record) => record.lane === lane).map(({ body }) => Number(body));
      assert.deepEqual(
        numbers,
        [...numbers].sort((a, b) => a - b),
      );
    }
    await outbox.close();
  });

  it('also the rejected ones, at the end, but none that was damaged', async () => {
    await fill(4);
    await old.settle([
      { id: 1, state: 'rejected', reason: REASON },
      { id: 3, state: 'rejected', reason: { ...REASON, code: 'damaged' } },
    ]);
    const store = new MemoryStore();
    assert.equal(await takeOver(old, store), 3);
    assert.deepEqual(await bodies(store), ['1', '3', '0']);
    assert.deepEqual(await counts(old), { records: 0, rejected: 1 });
  });

  it('not twice what it has had, and with the doubt', async () => {
    await fill(3);
    await old.settle([{ id: 2, state: 'retry', doubtful: true }]);
    const store = new MemoryStore();
    await store.add({ key: 'k0', lane: '', target: '', body: 'here already' });
    const outbox = new Outbox({ store, deliver: () => new Promise(() => undefined) });
    assert.equal(await takeOver(old, outbox), 3);
    assert.deepEqual(
      (await store.page(1, 9)).map(({ body, doubtful, attempts }) => [body, doubtful, attempts]),
      [
        ['1', true, 0],
        ['2', false, 0],
      ],
    );
    assert.deepEqual(await counts(old), { records: 0, rejected: 0 });
  });

  it('as many as it can; the others stay as they were', async () => {
    await fill(5);
    await old.settle([{ id: 5, state: 'retry', doubtful: true }]);
    const store = new MemoryStore({ records: 3 });
    await assert.rejects(takeOver(old, store), { code: 'full' });
    assert.deepEqual(await bodies(store), ['0', '1', '2']);
    assert.deepEqual(
      (await old.page(0, 9)).map(({ body, doubtful }) => [body, doubtful]),
      [
        ['3', false],
        ['4', true],
      ],
    );
  });

  it('and what was on its way when that was broken off is a possible duplicate', async () => {
    await fill(2);
    await new Promise<void>((begun) => {
      const add = () => (begun(), new Promise<never>(() => undefined));
      void takeOver(old, { add });
    });
    await old.close();
    old = await DiskStore.open({ directory });
    assert.deepEqual(
      (await old.page(0, 9)).map(({ doubtful }) => doubtful),
      [true, true],
    );
  });
});
