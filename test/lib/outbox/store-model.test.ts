import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreLimits } from '../../../lib/outbox/limits';
import { MemoryStore } from '../../../lib/outbox/memory-store';
import { DiskStore } from '../../../lib/outbox/sqlite/disk-store';
import type { Change, NewRecord, Store } from '../../../lib/outbox/store';
import { randomNumbers } from '../lpp/random';

/** `STEPS=20000` for a long run. */
const STEPS = Number(process.env.STEPS ?? 400);
const LIMITS = { records: 30, bytes: 6_000 };

type Call = (store: Store) => Promise<unknown>;

/** A random call; ids and keys are such that most of them are known. */
function randomCall(random: (limit: number) => number): Call {
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: 1 + random(most) }, make);
  const id = () => 1 + random(300);
  const record = (): NewRecord => ({
    ...(random(4) > 0 && { key: `k${random(400)}` }),
    lane: `device-${random(3)}`,
    target: 't',
    body: 'x'.repeat(random(300)),
  });
  const change = (): Change => {
    const choice = random(8);
    if (choice < 5) return { id: id(), state: 'written' };
    if (choice < 6) return { id: id(), state: 'retry', doubtful: random(2) === 0 };
    return { id: id(), state: 'rejected', reason: { code: `c${random(9)}`, message: 'no', at: 0 } };
  };
  const choice = random(20);
  if (choice < 8) {
    const records = some(6, record);
    return (store) => Promise.allSettled(records.map((record) => store.add(record)));
  }
  if (choice < 17) {
    const changes = some(8, change);
    return (store) => store.settle(changes);
  }
  const ids = random(3) === 0 ? undefined : some(20, id);
  return choice < 19 ? (store) => store.resend(ids) : (store) => store.discard(ids);
}

/** What a caller is told, an error too. */
async function told(call: Call, store: Store): Promise<unknown> {
  try {
    return await call(store);
  } catch (error) {
    return String(error);
  }
}

/** What the store holds, without the times. */
async function contents(store: Store): Promise<unknown> {
  const [page, rejected] = [await store.page(0, 1000), await store.rejected(0, 1000)];
  const { records, bytes } = await store.stats();
  return { page: page.map(timeless), rejected: rejected.map(timeless), records, bytes };
}

function timeless<T extends { addedAt: number }>(record: T): Omit<T, 'addedAt'> {
  const { addedAt, ...rest } = record;
  assert.ok(addedAt > 0);
  return rest;
}

describe('The stores', () => {
  for (const whenFull of ['refuse', 'dropOldest'] as const) {
    it(`do the same whatever is called, the one on disk closed and opened between (${whenFull})`, async function () {
      this.timeout(30_000 + STEPS * 20);
      const directory = await mkdtemp(join(tmpdir(), 'outbox-'));
      const limits: Partial<StoreLimits> = { ...LIMITS, whenFull };
      const memory = new MemoryStore(limits);
      let disk = await DiskStore.open({ directory, limits });
      const random = randomNumbers(whenFull.length);
      for (let step = 0; step < STEPS; step++) {
        const call = randomCall(random);
        assert.deepEqual(await told(call, disk), await told(call, memory), `step ${step}`);
        if (random(40) === 0) {
          await disk.close();
          disk = await DiskStore.open({ directory, limits });
        }
        assert.deepEqual(await contents(disk), await contents(memory), `step ${step}`);
      }
      await disk.close();
      await rm(directory, { recursive: true });
    });
  }
});
