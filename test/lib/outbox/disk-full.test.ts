import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, open, readdir, rm, rmdir, stat, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DiskStore } from '../../../lib/outbox/sqlite/disk-store';
import type { Change, Damage, NewRecord } from '../../../lib/outbox/store';
import { eventually } from '../../eventually';
import { addAll } from './add-all';

const DISK_BYTES = 32_000_000;
const RECORD_BYTES = 20_000;

/** As many as one commit takes. */
function records(count: number, prefix: string): NewRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const key = `${prefix}-${index}`;
    return { key, lane: 'device-1', target: 't', body: key.padEnd(RECORD_BYTES, 'x') };
  });
}

describe('The disk store on a full disk', () => {
  let disk: string;

  beforeEach(async function () {
    disk = await mkdtemp(join(tmpdir(), 'disk-'));
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', disk]);
    if (status !== 0) {
      await rmdir(disk);
      console.log('      A small disk cannot be mounted here (it takes root on Linux).');
      this.skip();
    }
  });

  afterEach(async () => {
    if (spawnSync('umount', [disk]).status === 0) await rmdir(disk);
  });

  it('refuses new records, keeps, gives and settles the old ones, and goes on when there is room', async () => {
    const directory = join(disk, 'outbox');
    let store = await DiskStore.open({ directory });
    const added: number[] = [];
    const fill = async (round: string) => {
      for (let call = 0; ; call++) {
        for (const one of await addAll(store, records(20, `${round}-${call}`)))
          if ('id' in one) added.push(one.id);
      }
    };
    await assert.rejects(fill('a'), { code: 'disk_full', message: /Free more than 16 MB/ });
    assert.ok(added.length * RECORD_BYTES > DISK_BYTES / 3, `${added.length} records fit`);

    // What others write takes the room that the reserve gave.
    const { bavail, bsize } = await statfs(disk);
    const ballast = join(disk, 'ballast');
    await writeFile(ballast, Buffer.alloc(bavail * bsize - 6_000_000, 1));
    const read: number[] = [];
    const settle = async (id: number) => {
      const change: Change =
        id % 50 === 0
          ? { id, state: 'rejected', reason: { code: 'no', message: 'no', at: 1 } }
          : { id, state: 'written' };
      await store.settle([{ id, state: 'sending' }]);
      await store.settle([change]);
      read.push(id);
    };
    for (const { id, body } of await store.page(0, 200)) {
      assert.equal(body.length, RECORD_BYTES);
      await settle(id);
    }
    await assert.rejects(addAll(store, records(1, 'b')), { code: 'disk_full' });

    await store.close();
    store = await DiskStore.open({ directory });
    for (let page; (page = await store.page(0, 100)).length > 0;) for (const { id } of page) await settle(id);
    assert.deepEqual(read, added);
    assert.equal((await store.stats()).rejected, added.filter((id) => id % 50 === 0).length);

    await rm(ballast);
    added.length = 0;
    for (const until = Date.now() + 5_000; added.length === 0 && Date.now() < until; await sleep(100)) {
      await assert.rejects(fill('c'), { code: 'disk_full' });
    }
    assert.ok(added.length * RECORD_BYTES > DISK_BYTES / 3, `${added.length} records fit again`);
    await store.close();
  });

  /** A bad spot of the card: the last pages of the file are rubbish. */
  async function spoil(file: string): Promise<void> {
    const { size } = await stat(file);
    const handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(1_000_000, 0xaa), 0, 1_000_000, size - 1_000_000);
    await handle.close();
  }

  it('keeps a damaged file until there is room to save from it, and gives no id twice', async () => {
    const directory = join(disk, 'damaged');
    const damages: Damage[] = [];
    const options = { directory, reserveBytes: 1_000_000, onDamage: (one: Damage) => damages.push(one) };
    let store = await DiskStore.open(options);
    for (let call = 0; call < 25; call++) await addAll(store, records(20, `${call}`));
    await store.close();
    store = await DiskStore.open(options);
    await spoil(join(directory, 'outbox.sqlite'));
    const ballast = join(disk, 'ballast');
    const { bavail, bsize } = await statfs(disk);
    await writeFile(ballast, Buffer.alloc(bavail * bsize - 2_000_000, 1));

    const last = () => store.page(499, 1);
    await assert.rejects(last(), { code: 'disk_full' });
    await assert.rejects(last(), { code: 'disk_full' });
    assert.deepEqual(damages, []);
    assert.deepEqual(
      (await readdir(directory)).filter((name) => !name.endsWith('-wal')),
      ['outbox.sqlite'],
    );

    await rm(ballast);
    await eventually(async () => Array.isArray(await last().catch(() => undefined)), 'room', 10_000);
    const { records: left } = await store.stats();
    assert.ok(left > 400 && left < 500, `${left} of 500 were saved`);
    assert.deepEqual(
      damages.map(({ saved }) => saved),
      [left],
    );
    assert.deepEqual(await addAll(store, records(1, 'new')), [{ id: 501 }]);
    await store.close();
  });
});
