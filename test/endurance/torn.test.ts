import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DiskStore } from '../../lib/outbox/sqlite/disk-store';
import { DISK_LIMITS, type NewRecord, type StoredRecord, type StoreStats } from '../../lib/outbox';
import type { Group, Stored } from '../../lib/outbox/sqlite/queue';
import { Service } from '../../lib/outbox/sqlite/service';
import { randomNumbers } from '../lib/lpp/random';
import { addAll } from '../lib/outbox/add-all';
import { folder } from './node-red-process';

const ROUNDS = Number(process.env.TORN_ROUNDS ?? 60);
const RECORDS = 600;
const SECTOR_BYTES = 512;
const PAGE_BYTES = 4096;
const PAGE = 50;

function record(key: string): NewRecord {
  return { key, lane: 'device', target: 'target', body: `${key} `.repeat(20 + ((key.length * 7919) % 50)) };
}

type Random = (limit: number) => number;

const HARMS: Record<string, (bytes: Buffer, random: Random) => Buffer> = {
  'one flipped bit'(bytes, random) {
    const at = random(bytes.length);
    bytes[at]! ^= 1 << random(8);
    return bytes;
  },
  'a sector of zeros'(bytes, random) {
    const at = random(Math.floor(bytes.length / SECTOR_BYTES)) * SECTOR_BYTES;
    return bytes.fill(0, at, at + SECTOR_BYTES);
  },
  'a page of something else'(bytes, random) {
    const at = random(Math.floor(bytes.length / PAGE_BYTES)) * PAGE_BYTES;
    return bytes.fill(random(256), at, at + PAGE_BYTES);
  },
  'a lost end': (bytes, random) => bytes.subarray(0, random(bytes.length)),
};

/** What a store gave after damage, and how much of it was said. */
interface Given {
  keys: string[];
  said: number;
}

/** Opens a store, adds a record, and takes all out. Without the thread of its own it opens in a moment. */
async function takeAll(directory: string): Promise<Given> {
  let said = 0;
  const store = new Service(
    { directory, limits: DISK_LIMITS, reserveBytes: 1000, lockWaitMs: 0 },
    () => said++,
  );
  const write = ({ settle = [], add = [] }: Partial<Group>) =>
    store.serve({ name: 'write', values: [{ settle, add }] });
  try {
    const [added] = (await write({ add: [record('new')] })) as [Stored];
    assert.ok('id' in added);
    const page = async (after: number) =>
      (await store.serve({ name: 'page', values: [after, PAGE] })) as StoredRecord[];
    const keys = new Set<string>();
    // Twice from the front, as after a restart: a damaged key hides a record from those who look behind it.
    for (let after = 0, records; (records = await page(after)).length + after > 0;) {
      after = records.at(-1)?.id ?? 0;
      for (const { key = '', body, doubtful } of records) {
        assert.equal(body, record(key).body);
        assert.ok(!keys.has(key) || doubtful, `it gives ${key} twice without a flag`);
        keys.add(key);
      }
      await write({ settle: records.map(({ id }) => ({ id, state: 'written' })) });
    }
    const { damaged } = (await store.serve({ name: 'stats', values: [] })) as StoreStats;
    return { keys: [...keys], said: said + damaged };
  } finally {
    await store.serve({ name: 'close', values: [] });
  }
}

describe('A torn outbox opens, says so, gives what is sound, once, and takes more', () => {
  let closed: string;
  let killed: string;

  before(async () => {
    closed = folder('torn-closed');
    killed = folder('torn-killed');
    const store = await DiskStore.open({ directory: closed, reserveBytes: 1000 });
    for (let n = 0; n < RECORDS; n += 3)
      await addAll(
        store,
        [n, n + 1, n + 2].map((n) => record(`${n}`)),
      );
    // What lies there while the store is open is what a kill leaves behind.
    cpSync(closed, killed, { recursive: true });
    await store.close();
  });

  /** Does some harm to a file of a copy, and takes out what is left. */
  async function harmed(from: string, file: string, harm: keyof typeof HARMS, seed: number): Promise<Given> {
    const directory = folder(`torn-${seed}`);
    try {
      cpSync(from, directory, { recursive: true });
      const path = join(directory, file);
      writeFileSync(path, HARMS[harm]!(readFileSync(path), randomNumbers(seed)));
      return await takeAll(directory);
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  for (const harm of Object.keys(HARMS)) {
    it(`after ${harm} in the database, ${ROUNDS} times`, async () => {
      let lost = 0;
      for (let seed = 1; seed <= ROUNDS; seed++) {
        const { keys, said } = await harmed(closed, 'outbox.sqlite', harm, seed);
        const missing = RECORDS + 1 - keys.length;
        assert.ok(missing === 0 || said > 0, `seed ${seed}: ${missing} lost in silence`);
        lost += missing;
      }
      console.log(`      of ${RECORDS} records ${(lost / ROUNDS).toFixed(1)} were lost each time`);
    });

    it(`after ${harm} in the log that a kill left, ${ROUNDS} times`, async () => {
      for (let seed = 1; seed <= ROUNDS; seed++) {
        const { keys } = await harmed(killed, 'outbox.sqlite-wal', harm, seed);
        const old = keys.filter((key) => key !== 'new');
        assert.deepEqual(
          old,
          Array.from(old, (_, n) => `${n}`),
          `seed ${seed}: not the first of them`,
        );
      }
    });
  }
});
