import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncOptions } from 'node:child_process';
import fs, {
  chmodSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path, { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import workerThreads, { type Worker } from 'node:worker_threads';
import sinon from 'sinon';
import { DISK_LIMITS } from '../../../lib/outbox/limits';
import { openDatabase } from '../../../lib/outbox/sqlite/database';
import { DiskStore, type StoreOptions } from '../../../lib/outbox/sqlite/disk-store';
import { explain } from '../../../lib/outbox/sqlite/explain';
import { loadSqlite } from '../../../lib/outbox/sqlite/node-sqlite';
import { Service } from '../../../lib/outbox/sqlite/service';
import type { Damage, NewRecord, Rejection, Store, StoredRecord } from '../../../lib/outbox/store';
import { apiBaseUrl, storageRetentionMs } from '../../../lib/ttn/api';
import { addAll } from './add-all';

const REASON: Rejection = { code: 'rejected', message: 'no', at: 1 };

function records(count: number, size = 500, prefix = 'k'): NewRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const key = `${prefix}${index}`;
    return { key, lane: 'device-1', target: 't', body: `${key}!`.padEnd(size, 'x') };
  });
}

async function all(store: Store): Promise<{ id: number; body: string }[]> {
  const found = [];
  for (let after = 0, page; (page = await store.page(after, 500)).length > 0; after = page.at(-1)!.id) {
    found.push(...page);
  }
  return found;
}

describe('The disk store in particular', () => {
  let directory: string;
  let file: string;
  let opened: Store[];
  let damages: Damage[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'outbox-'));
    file = join(directory, 'outbox.sqlite');
    opened = [];
    damages = [];
  });

  afterEach(async () => {
    sinon.restore();
    for (const store of opened) await store.close();
    await rm(directory, { recursive: true });
  });

  async function open(options: Partial<StoreOptions> = {}): Promise<DiskStore> {
    const store = await DiskStore.open({ directory, onDamage: (damage) => damages.push(damage), ...options });
    opened.push(store);
    return store;
  }

  /** Fills a store, closes it, and does something to its file. */
  async function damage(count: number, harm: (size: number) => void): Promise<void> {
    const store = await open();
    await addAll(store, records(count));
    await store.settle([{ id: 1, state: 'rejected', reason: REASON }]);
    await store.close();
    harm(statSync(file).size);
  }

  function overwrite(at: number, bytes: Buffer): void {
    const handle = openSync(file, 'r+');
    writeSync(handle, bytes, 0, bytes.length, at);
    closeSync(handle);
  }

  /** In a process of its own, as SQLite's warning of Node.js 22 would stand among the tests' lines. */
  function changeFile(sql: string): void {
    const open = `new (require('node:sqlite').DatabaseSync)(${JSON.stringify(file)})`;
    assert.doesNotMatch(run(`${open}.exec(${JSON.stringify(sql)});`), /Error/);
  }

  function rowsOf(table: string): number {
    const database = new (loadSqlite())(file, { defensive: true });
    const rows = database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.rows;
    database.close();
    return Number(rows);
  }

  /** Runs a script in a process of its own; returns all that it printed. */
  function run(script: string, options: SpawnSyncOptions = {}): string {
    const { stdout, stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], options);
    return `${String(stdout)}${String(stderr)}`;
  }

  function runWithStore(use: string, options?: SpawnSyncOptions): string {
    const open = `require('./lib/outbox').DiskStore.open({ directory: ${JSON.stringify(directory)}, lockWaitMs: 100 })`;
    return run(`${open}.then(${use}).catch(({ code, message }) => console.log(code, message));`, options);
  }

  describe('opened again', () => {
    it('has everything: queue, rejected records, keys, limits, and ids that go on', async () => {
      const first = await open();
      await addAll(first, records(5));
      await first.settle([
        { id: 2, state: 'rejected', reason: REASON },
        { id: 3, state: 'retry', doubtful: true },
        { id: 5, state: 'written' },
      ]);
      const before = { queue: await first.page(0, 10), rejected: await first.rejected(0, 10) };
      const { records: queued, bytes } = await first.stats();
      await first.close();

      const store = await open({ limits: { records: 4 } });
      assert.deepEqual({ queue: await store.page(0, 10), rejected: await store.rejected(0, 10) }, before);
      const stats = await store.stats();
      assert.deepEqual([stats.records, stats.bytes, stats.rejected], [queued, bytes, 1]);
      assert.deepEqual(await addAll(store, records(5)), Array(5).fill({ duplicate: true }));
      assert.deepEqual(await addAll(store, records(1, 10, 'new')), [{ id: 6 }]);
      await assert.rejects(addAll(store, records(1, 10, 'more')), { code: 'full' });
    });

    it('doubts what was being sent, however it was told, and nothing else', async () => {
      const first = await open();
      const [one, ...others] = records(5);
      await addAll(first, [{ ...one!, sending: true }, ...others]);
      await first.settle([2, 3, 4].map((id) => ({ id, state: 'sending' })));
      await first.settle([
        { id: 3, state: 'retry', doubtful: false },
        { id: 4, state: 'written' },
      ]);
      await first.close();
      const store = await open();
      assert.deepEqual(
        (await store.page(0, 10)).map(({ id, doubtful }) => [id, doubtful]),
        [
          [1, true],
          [2, true],
          [3, false],
          [5, false],
        ],
      );
    });

    it('keeps keys for the time and the number that the limits say', async () => {
      const limits = { seenRecords: 100 };
      const first = await open({ limits });
      for (let index = 0; index < 10; index++) await addAll(first, records(100, 10, `${index}-`));
      await first.close();
      const store = await open({ limits });
      assert.deepEqual(await addAll(store, records(100, 10, '9-')), Array(100).fill({ duplicate: true }));
      assert.deepEqual(await addAll(store, records(1, 10, '0-')), [{ id: 1001 }]);
    });

    it('and no others in the file, however often it is opened', async () => {
      const fill = async (count: number, prefix: string) => {
        const store = await open({ limits: { seenRecords: 20 } });
        for (const record of records(count, 10, prefix)) await store.add(record);
        await store.close();
      };
      await fill(400, 'first-');
      for (let time = 0; time < 15; time++) await fill(3, `${time}-`);
      const rows = rowsOf('seen');
      assert.ok(rows <= 30, `${rows} rows`);
    });

    it('in few rows, also where each record has a commit of its own: an outbox of months opens at once', async () => {
      const first = await open();
      for (const one of records(200)) await first.add(one);
      await first.close();
      assert.equal(rowsOf('seen'), 4);
      const store = await open();
      await addAll(store, records(1, 10, 'more-'));
      await store.close();
      assert.equal(rowsOf('seen'), 4);
      assert.deepEqual(await addAll(await open(), records(200)), Array(200).fill({ duplicate: true }));
    });

    it('knows what The Things Stack Cloud gives again from storage after the longest absence', async () => {
      const cloud = storageRetentionMs(apiBaseUrl('eu1.cloud.thethings.industries'))!;
      const first = await open();
      await addAll(first, records(1));
      await first.close();
      changeFile(`UPDATE seen SET at = at - ${cloud}`);
      assert.deepEqual(await addAll(await open(), records(1)), [{ duplicate: true }]);
    });

    it('knows a key for its whole time, however much older those are that came before it', async () => {
      const first = await open();
      for (const one of records(65)) await first.add(one);
      await first.close();
      changeFile('UPDATE seen SET at = at - 86400000 * CASE number WHEN 1 THEN 40 ELSE 33 END');
      assert.deepEqual(await addAll(await open(), records(65).slice(64)), [{ duplicate: true }]);
    });

    it('knows the keys of before, though a computer without a battery took the next one in 1970', async () => {
      const first = await open();
      for (const one of records(65)) await first.add(one);
      await first.close();
      changeFile('UPDATE seen SET at = 60000 WHERE number = 2');
      assert.deepEqual(await addAll(await open(), records(65)), Array(65).fill({ duplicate: true }));
    });
  });

  describe('lock', () => {
    it('lets nobody in twice, in the same process', async () => {
      await open();
      await assert.rejects(open({ lockWaitMs: 100 }), {
        code: 'locked',
        message: /directory of its own/,
      });
    });

    it('lets no other process in', async () => {
      await open();
      assert.match(runWithStore('() => console.log("open")'), /^locked /);
    });

    it('is waited for while the node before a redeploy finishes', async () => {
      const first = await open();
      await addAll(first, records(1));
      const second = open();
      await sleep(300);
      await first.close();
      assert.equal((await all(await second)).length, 1);
    });
  });

  it('is told to bring each commit to the disk itself, on macOS, too, where another order is needed for that', async () => {
    const database = await openDatabase(file, 0);
    const setting = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get()!)[0];
    assert.deepEqual([setting('synchronous'), setting('fullfsync')], [2, 1]);
    database.close();
  });

  it('refuses everything when it is closed', async () => {
    const store = await open();
    await store.close();
    for (const call of [
      () => store.add({ lane: 'l', target: 't', body: 'b' }),
      () => store.settle([]),
      () => store.page(0, 1),
      () => store.rejected(0, 1),
      () => store.resend(),
      () => store.discard(),
      () => store.stats(),
    ]) {
      await assert.rejects(call(), { code: 'closed' });
    }
  });

  it('gives back the room of a long queue while that is written', async () => {
    const store = await open();
    await addAll(store, records(100, 200_000));
    for (const { id } of await all(store)) await store.settle([{ id, state: 'written' }]);
    await store.close();
    const left = statSync(file).size;
    assert.ok(left < 10_000_000, `${left} bytes of 20 MB`);
  });

  it('does not keep the process alive, and says nothing on its console', () => {
    const said = runWithStore(
      `(store) => store.add({ lane: 'l', target: 't', body: 'b' }).then(({ id }) => console.log(id))`,
    );
    assert.equal(said, '1\n');
  });

  describe('damage', () => {
    it('of one record rejects that record; the others are delivered', async () => {
      await damage(100, () => {
        overwrite(readFileSync(file).indexOf('k50!') + 20, Buffer.from('y'));
      });
      const store = await open();
      assert.deepEqual(
        (await all(store)).map(({ id }) => id),
        Array.from({ length: 99 }, (_, index) => index + 2).filter((id) => id !== 51),
      );
      const rejected = await store.rejected(0, 10);
      assert.deepEqual(
        rejected.map(({ id, reason }) => [id, reason.code]),
        [
          [1, 'rejected'],
          [51, 'damaged'],
        ],
      );
      assert.equal((await store.stats()).damaged, 1);
      assert.deepEqual(damages, []);
    });

    it('of a rejected record is told as its reason', async () => {
      await damage(3, () => undefined);
      changeFile(`UPDATE rejected SET body = replace(body, 'x', 'y')`);
      const [rejected] = await (await open()).rejected(0, 10);
      assert.deepEqual([rejected?.id, rejected?.reason.code], [1, 'damaged']);
    });

    for (const [what, harm] of [
      [
        'a torn middle',
        (size: number) => overwrite(Math.floor(size / 2 / 4096) * 4096, Buffer.alloc(20 * 4096, 7)),
      ],
      ['a lost end', (size: number) => truncateSync(file, Math.floor((size * 0.8) / 4096) * 4096)],
    ] as const) {
      it(`of the file (${what}) sets it aside and saves what can be read`, async () => {
        await damage(2000, harm);
        const store = await open();
        const found = await all(store);
        const [added] = await addAll(store, records(1, 10, 'new'));
        assert.ok(added && 'id' in added && added.id > found.at(-1)!.id);
        assert.equal(damages.length, 1);
        assert.match(damages[0]!.file, /outbox\.damaged-.*\.sqlite$/);
        assert.ok(readdirSync(directory).includes(damages[0]!.file.slice(directory.length + 1)));
        assert.ok(found.length > 1000 && found.length < 2000, `${found.length} of 2000`);
        for (const { id, body } of found) assert.equal(body, `k${id - 1}!`.padEnd(500, 'x'));
        const stats = await store.stats();
        assert.equal(stats.records, found.length + 1);
        assert.equal(damages[0]!.saved, found.length + stats.rejected);
      });
    }

    it('of a number that JavaScript cannot hold sets the file aside and saves the other records', async () => {
      await damage(10, () => {
        const database = new (loadSqlite())(file, { defensive: true });
        database.exec('UPDATE queue SET addedAt = 9223372036854775807 WHERE id = 5');
        database.close();
      });
      const store = await open();
      assert.deepEqual(
        (await all(store)).map(({ id }) => id),
        [2, 3, 4, 6, 7, 8, 9, 10],
      );
      assert.equal(damages.length, 1);
    });

    it('of the whole file sets it aside and works on', async () => {
      await damage(10, (size) => writeFileSync(file, Buffer.alloc(size, 1)));
      const store = await open();
      assert.deepEqual(await addAll(store, records(1)), [{ id: 1 }]);
      assert.deepEqual(
        damages.map(({ saved, cause }) => [saved, cause]),
        [[0, 'file is not a database']],
      );
    });

    it('is mended also where the process ends after the file was set aside', async () => {
      const first = await open();
      await addAll(first, records(2));
      await first.close();
      renameSync(file, `${file}-new`);
      assert.equal((await all(await open())).length, 2);
    });

    it('is told also where Windows lets nobody rename the new file, as a virus scanner has it open', async () => {
      await damage(2000, (size) => overwrite(Math.floor(size / 2 / 4096) * 4096, Buffer.alloc(20 * 4096, 7)));
      const rename = sinon.stub(fs, 'renameSync').callThrough();
      rename.withArgs(`${file}-new`).onFirstCall().throws(new Error('EBUSY'));
      // In this thread, whose file system is the one of above.
      const service = new Service(
        { directory, limits: DISK_LIMITS, reserveBytes: 1, lockWaitMs: 0 },
        (damage) => damages.push(damage),
      );
      const page = () => service.serve({ name: 'page', values: [0, 5000] }) as Promise<StoredRecord[]>;
      await assert.rejects(page(), { message: /EBUSY/ });
      assert.equal((await page()).length, damages[0]!.saved - 1);
      assert.equal(damages.length, 1);
      await service.serve({ name: 'close', values: [] });
    });

    it('is what other columns are taken for: records of another version are saved', async () => {
      await damage(3, () => undefined);
      changeFile('ALTER TABLE queue DROP COLUMN sameId; ALTER TABLE rejected DROP COLUMN sameId');
      const store = await open();
      assert.deepEqual(
        (await store.page(0, 10)).map(({ id, doubtful }) => [id, doubtful]),
        [
          [2, true],
          [3, true],
        ],
      );
      assert.deepEqual(
        (await store.rejected(0, 10)).map(({ id, reason }) => [id, reason]),
        [[1, REASON]],
      );
      assert.deepEqual(
        damages.map(({ saved }) => saved),
        [3],
      );
      await store.settle([{ id: 2, state: 'written' }]);
      assert.equal((await store.stats()).records, 1);
    });

    it('that nobody noticed is counted when the queue has run empty', async () => {
      await damage(3, () => undefined);
      // What a flipped bit in SQLite's log can do: commits are gone, and the file is in order.
      changeFile('DELETE FROM queue WHERE id > 1');
      const store = await open();
      assert.deepEqual(await all(store), []);
      const { records: queued, bytes, damaged } = await store.stats();
      assert.deepEqual([queued, bytes, damaged], [0, 0, 2]);
    });
  });

  it('rejects what waits when its thread breaks down, and then works on', async () => {
    let worker: Worker | undefined;
    const { Worker: Original } = workerThreads;
    sinon.replace(
      workerThreads,
      'Worker',
      class extends Original {
        constructor(...values: ConstructorParameters<typeof Original>) {
          super(...values);
          worker = this;
        }
      },
    );
    const store = await open();
    await addAll(store, records(1));
    const ended = worker!.terminate();
    await assert.rejects(store.page(0, 1), { code: 'failed', message: /may or may not/ });
    await ended;
    assert.equal((await all(store))[0]?.id, 1);
  });

  describe('directory', () => {
    it('that cannot be written is named', () => {
      chmodSync(directory, 0o555);
      // Root may write everywhere.
      const nobody = process.getuid?.() === 0 ? { uid: 65534 } : {};
      assert.match(
        runWithStore('() => console.log("open")', nobody),
        new RegExp(`^read_only .*${directory}`),
      );
    });

    it('that is none is named', async () => {
      writeFileSync(join(directory, 'file'), '');
      await assert.rejects(open({ directory: join(directory, 'file') }), { code: 'cannot_open' });
      await assert.rejects(open({ directory: join(directory, 'file', 'below') }), { code: 'cannot_open' });
    });

    it('of a drive that is not there, as a mapped one is not for a service of Windows, is named as such', () => {
      sinon.replace(path, 'dirname', (of: string) => path.win32.dirname(of));
      const cause = Object.assign(new Error("no such file or directory, mkdir 'Z:\\'"), { code: 'ENOENT' });
      const { code, message } = explain(cause, 'Z:\\node-red\\outbox', 0);
      assert.equal(code, 'cannot_open');
      assert.match(message, /no such file or directory/);
    });

    it('is made where it is missing', async () => {
      const below = join(directory, 'a', 'b');
      await open({ directory: below });
      assert.ok(readdirSync(below).includes('outbox.sqlite'));
    });
  });
});
