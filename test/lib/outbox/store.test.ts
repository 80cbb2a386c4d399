import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sinon from 'sinon';
import type { OutboxError } from '../../../lib/outbox/errors';
import type { StoreLimits } from '../../../lib/outbox/limits';
import { MemoryStore } from '../../../lib/outbox/memory-store';
import { DiskStore } from '../../../lib/outbox/sqlite/disk-store';
import type { Added, NewRecord, Rejection, Store } from '../../../lib/outbox/store';
import { addAll } from './add-all';

const REASON: Rejection = { code: 'rejected', message: 'no', status: 400, text: '{"error":1}', at: 1 };

function record(key: string | undefined, body = `body of ${key}`): NewRecord {
  return {
    ...(key !== undefined && { key }),
    lane: 'device-1',
    target: '{"recType":"uk.reading.ttn"}',
    body,
  };
}

function records(count: number, prefix = 'k'): NewRecord[] {
  return Array.from({ length: count }, (_, index) => record(`${prefix}${index}`));
}

function ids(added: Added[]): number[] {
  return added.map((one) => ('id' in one ? one.id : NaN));
}

async function queuedKeys(store: Store): Promise<(string | undefined)[]> {
  return (await store.page(0, 1000)).map(({ key }) => key);
}

function suite(kind: 'disk' | 'memory') {
  describe(`The ${kind} store`, () => {
    let directory: string;
    let opened: Store[];

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'outbox-'));
      opened = [];
    });

    afterEach(async () => {
      for (const store of opened) await store.close();
      await rm(directory, { recursive: true });
    });

    async function open(limits: Partial<StoreLimits> = {}): Promise<Store> {
      const store = kind === 'disk' ? await DiskStore.open({ directory, limits }) : new MemoryStore(limits);
      opened.push(store);
      return store;
    }

    it('gives back what was added, in order, page by page', async () => {
      const store = await open();
      const before = Date.now();
      const added = await addAll(store, [record('a', 'Grüße 🌡'), record(undefined, ''), record('c')]);
      assert.deepEqual(added, [{ id: 1 }, { id: 2 }, { id: 3 }]);
      const [first, second] = await store.page(0, 2);
      assert.ok(first && first.addedAt >= before && first.addedAt <= Date.now());
      assert.deepEqual(first, {
        ...record('a', 'Grüße 🌡'),
        id: 1,
        addedAt: first.addedAt,
        attempts: 0,
        doubtful: false,
      });
      assert.deepEqual(second, {
        ...record(undefined, ''),
        id: 2,
        addedAt: second?.addedAt,
        attempts: 0,
        doubtful: false,
      });
      assert.deepEqual(
        (await store.page(2, 2)).map(({ id }) => id),
        [3],
      );
      assert.deepEqual(await store.page(3, 2), []);
    });

    it('gives large records in small pages, each of one record at least, and an empty page at the end', async () => {
      const store = await open();
      const [megabyte, much] = ['x'.repeat(1_000_000), 'x'.repeat(5_000_000)];
      await addAll(
        store,
        [...Array<string>(5).fill(megabyte), much].map((body) => record(undefined, body)),
      );
      const pages = async (list: 'page' | 'rejected') => {
        const found: number[][] = [];
        for (let after = 0, page; (page = await store[list](after, 250)).length > 0; after = page.at(-1)!.id)
          found.push(page.map(({ id }) => id));
        return found;
      };
      assert.deepEqual(await pages('page'), [[1, 2, 3], [4, 5], [6]]);
      await store.settle([1, 2, 3, 4, 5].map((id) => ({ id, state: 'rejected', reason: REASON })));
      assert.deepEqual(await pages('rejected'), [
        [1, 2, 3],
        [4, 5],
      ]);
    });

    it('keeps the order of calls that are made side by side', async () => {
      const store = await open();
      const added = await Promise.all(records(1000).map((one) => store.add(one)));
      assert.deepEqual(
        ids(added.flat()),
        Array.from({ length: 1000 }, (_, index) => index + 1),
      );
      assert.deepEqual(
        await queuedKeys(store),
        records(1000).map(({ key }) => key),
      );
    });

    it('accepts a key once, also within one call and after the record was written', async () => {
      const store = await open();
      assert.deepEqual(await addAll(store, [record('a'), record('a')]), [{ id: 1 }, { duplicate: true }]);
      assert.deepEqual(await addAll(store, [record('a'), record('b')]), [{ duplicate: true }, { id: 2 }]);
      await store.settle([{ id: 1, state: 'written' }]);
      assert.deepEqual(await store.add(record('a')), { duplicate: true });
      assert.deepEqual(await addAll(store, [record(undefined), record(undefined)]), [{ id: 3 }, { id: 4 }]);
      assert.equal((await store.stats()).duplicates, 3);
    });

    it('forgets a key after its time', async () => {
      const store = await open({ seenMs: 200 });
      await store.add(record('a'));
      assert.deepEqual(await store.add(record('a')), { duplicate: true });
      await sleep(300);
      assert.deepEqual(await store.add(record('a')), { id: 2 });
    });

    it('forgets a key after so many records, and none before', async () => {
      const store = await open({ seenRecords: 8 });
      for (const one of records(28)) await store.add(one);
      for (const one of records(28).slice(-8)) {
        assert.deepEqual(await store.add(one), { duplicate: true }, one.key);
      }
      assert.deepEqual(await store.add(record('k0')), { id: 29 });
    });

    it('takes what is rejected at once, however full the queue is', async () => {
      const store = await open({ records: 10, whenFull: 'dropOldest' });
      await addAll(store, records(10));
      assert.deepEqual(await store.add({ ...record('bad'), rejected: REASON }), { id: 11 });
      assert.equal((await store.page(0, 20)).length, 10);
      const [rejected] = await store.rejected(0, 10);
      assert.deepEqual([rejected?.id, rejected?.key, rejected?.reason], [11, 'bad', REASON]);
      const { records: queued, rejected: kept, dropped } = await store.stats();
      assert.deepEqual([queued, kept, dropped], [10, 1, 0]);
      // A tenth of the limit may lie there.
      await store.add({ ...record('worse'), rejected: REASON });
      assert.deepEqual([(await store.rejected(0, 10)).map(({ key }) => key)], [['worse']]);
      assert.equal((await store.stats()).rejectedDropped, 1);
    });

    it('refuses what is rejected at once where it would push out all that lies there', async () => {
      const store = await open({ bytes: 10_000 });
      const large = { ...record('large', 'x'.repeat(2_000)), rejected: REASON };
      await store.add({ ...record('small'), rejected: REASON });
      await assert.rejects(store.add(large), { code: 'full', message: /a tenth of the outbox's limit/ });
      assert.deepEqual((await store.rejected(0, 10)).length, 1);
      assert.deepEqual(await store.add({ ...large, replaces: 1 }), { id: 2 });
    });

    it('accepts no record under another key that it was accepted with before', async () => {
      const store = await open();
      await store.add(record('a'));
      const renamed = { ...record('b'), formerKey: 'a' };
      assert.deepEqual(await store.add(renamed), { duplicate: true });
      assert.deepEqual(await store.add({ ...renamed, formerKey: 'c' }), { id: 2 });
      assert.deepEqual(await store.add(record('c')), { id: 3 }, 'a former key is not taken itself');
    });

    it('puts a record in the place of a rejected one, also when it is known, and not when it is refused', async () => {
      const store = await open({ records: 20, whenFull: 'refuse' });
      const left = async () => (await store.rejected(0, 10)).map(({ key }) => key);
      for (const key of ['a', 'b']) await store.add({ ...record(key), rejected: REASON });
      await store.add({ ...record('c'), rejected: REASON, replaces: 1 });
      assert.deepEqual([await left(), (await store.stats()).rejectedDropped], [['b', 'c'], 0]);
      await store.add({ ...record('b'), replaces: 2 });
      assert.deepEqual(await left(), ['c']);
      await addAll(store, records(20));
      await assert.rejects(store.add({ ...record('d'), replaces: 3 }), { code: 'full' });
      assert.deepEqual(await left(), ['c']);
    });

    it('settles: sending, written, retry and rejected; unknown ids are passed over', async () => {
      const store = await open();
      await addAll(store, records(3));
      await store.settle([
        { id: 1, state: 'sending' },
        { id: 1, state: 'written' },
        { id: 2, state: 'sending' },
        { id: 2, state: 'retry', doubtful: true },
        { id: 3, state: 'rejected', reason: REASON },
        ...(['sending', 'written'] as const).map((state) => ({ id: 99, state })),
        { id: 99, state: 'retry', doubtful: false },
        { id: 99, state: 'rejected', reason: REASON },
      ]);
      const [left, ...others] = await store.page(0, 10);
      assert.deepEqual(others, []);
      assert.deepEqual([left?.id, left?.attempts, left?.doubtful], [2, 1, true]);
      await store.settle([{ id: 2, state: 'retry', doubtful: false }]);
      const [again] = await store.page(0, 10);
      assert.deepEqual([again?.attempts, again?.doubtful], [2, false]);
      const rejected = await store.rejected(0, 10);
      assert.deepEqual(rejected, [
        {
          ...record('k2'),
          id: 3,
          addedAt: rejected[0]?.addedAt,
          attempts: 0,
          doubtful: false,
          reason: REASON,
        },
      ]);
    });

    it('puts rejected records back into the queue, all or some, or throws them away', async () => {
      const store = await open();
      await addAll(store, records(5));
      await store.settle([{ id: 5, state: 'retry', doubtful: true }]);
      await store.settle([1, 2, 3, 4, 5].map((id) => ({ id, state: 'rejected', reason: REASON })));
      assert.equal(await store.resend([2, 99]), 1);
      assert.equal(await store.discard([1, 99]), 1);
      assert.deepEqual(
        (await store.rejected(3, 1)).map(({ id }) => id),
        [4],
      );
      assert.equal(await store.resend(), 3);
      assert.deepEqual(
        (await store.page(0, 10)).map(({ id, key, attempts, doubtful }) => [id, key, attempts, doubtful]),
        [
          [6, 'k1', 0, false],
          [7, 'k2', 0, false],
          [8, 'k3', 0, false],
          [9, 'k4', 0, true],
        ],
      );
      await store.settle([{ id: 6, state: 'rejected', reason: REASON }]);
      assert.equal(await store.discard(), 1);
      const { records: queued, rejected } = await store.stats();
      assert.deepEqual([queued, rejected], [3, 0]);
    });

    it('puts rejected records back in the order in which they were added, however they are named', async () => {
      const store = await open();
      await addAll(store, records(3));
      await store.settle([1, 2, 3].map((id) => ({ id, state: 'rejected', reason: REASON })));
      assert.equal(await store.resend([3, 1, 3]), 2);
      assert.deepEqual(await queuedKeys(store), ['k0', 'k2']);
    });

    it('refuses what is too much, takes what is known, and takes more when there is room', async () => {
      const store = await open({ records: 3 });
      await addAll(store, records(2));
      const [third, fourth, known] = await Promise.allSettled(
        [record('x'), record('y'), record('k0')].map((one) => store.add(one)),
      );
      assert.deepEqual(third, { status: 'fulfilled', value: { id: 3 } });
      assert.ok(fourth?.status === 'rejected');
      const { code, message } = fourth.reason as OutboxError;
      assert.equal(code, 'full');
      assert.match(message, /3 records .* wait/);
      assert.deepEqual(known, { status: 'fulfilled', value: { duplicate: true } });
      assert.deepEqual(await queuedKeys(store), ['k0', 'k1', 'x']);
      await store.settle([{ id: 1, state: 'written' }]);
      assert.deepEqual(await store.add(record('y')), { id: 4 });
    });

    it('refuses by bytes too, and says of what can never fit that it cannot', async () => {
      const store = await open({ bytes: 1000 });
      await store.add(record('a', 'x'.repeat(600)));
      await assert.rejects(store.add(record('b', 'x'.repeat(600))), { code: 'full', message: /wait/ });
      await assert.rejects(store.add(record('b', 'x'.repeat(1000))), { code: 'full', message: /ever/ });
    });

    it('drops the oldest where that is wanted, says which, and counts them', async () => {
      const store = await open({ records: 3, whenFull: 'dropOldest' });
      await addAll(store, records(3));
      assert.deepEqual(await addAll(store, [record('x'), record('k2'), record('y')]), [
        { id: 4, dropped: [{ id: 1, lane: 'device-1' }] },
        { duplicate: true },
        { id: 5, dropped: [{ id: 2, lane: 'device-1' }] },
      ]);
      assert.deepEqual(await queuedKeys(store), ['k2', 'x', 'y']);
      assert.equal((await store.stats()).dropped, 2);
    });

    it('keeps a tenth of the limit of rejected records: the oldest go, and are counted', async () => {
      const store = await open({ records: 30 });
      await addAll(store, records(5));
      for (const id of [1, 2, 3, 4, 5]) await store.settle([{ id, state: 'rejected', reason: REASON }]);
      assert.deepEqual(
        (await store.rejected(0, 10)).map(({ id }) => id),
        [3, 4, 5],
      );
      const { rejected, rejectedDropped } = await store.stats();
      assert.deepEqual([rejected, rejectedDropped], [3, 2]);
    });

    it('counts records, bytes and age', async () => {
      const store = await open();
      const empty = { kind, records: 0, bytes: 0, rejected: 0, dropped: 0, rejectedDropped: 0 };
      assert.deepEqual(await store.stats(), { ...empty, duplicates: 0, damaged: 0 });
      await addAll(store, records(2));
      const { records: queued, bytes, oldestAt } = await store.stats();
      assert.equal(queued, 2);
      assert.ok(bytes > 2 * record('k0').body.length);
      assert.equal(oldestAt, (await store.page(0, 1))[0]?.addedAt);
      await store.settle([1, 2].map((id) => ({ id, state: 'written' })));
      assert.deepEqual(await store.stats(), { ...empty, duplicates: 0, damaged: 0 });
    });

    it('closes after what was asked before', async () => {
      const store = await open();
      const added = addAll(store, records(2));
      await Promise.all([store.close(), store.close()]);
      assert.deepEqual(await added, [{ id: 1 }, { id: 2 }]);
    });
  });
}

suite('memory');
suite('disk');

describe('The memory store in particular', () => {
  it('has what is in it after it was closed, too, for who takes it over', async () => {
    const store = new MemoryStore();
    await store.add(record('a'));
    await store.close();
    assert.deepEqual(await queuedKeys(store), ['a']);
  });

  it('knows what it took before the clock of a computer without a battery was set', async () => {
    const store = new MemoryStore();
    const clock = sinon.stub(Date, 'now').returns(60_000);
    await store.add(record('a'));
    clock.restore();
    assert.deepEqual(await store.add(record('a')), { duplicate: true });
  });

  it('makes room among as many rejected records as there are', async () => {
    const most = 150_000;
    const store = new MemoryStore({ records: 10 * most, bytes: Infinity });
    const rejected = Array.from({ length: most + 1 }, () => ({ ...record(undefined), rejected: REASON }));
    await addAll(store, rejected);
    const { rejected: kept, rejectedDropped } = await store.stats();
    assert.deepEqual([kept, rejectedDropped], [most, 1]);
  });
});
