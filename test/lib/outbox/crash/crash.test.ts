import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DiskStore } from '../../../../lib/outbox/sqlite/disk-store';
import { eventually } from '../../../eventually';
import { bodyOf } from './body';

/** `ROUNDS=50` for the long run. */
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const LONGEST_LIFE_MS = 300;

/** What the writers of all rounds said. */
class Ledger {
  readonly added = new Map<number, string>();
  readonly begun = new Set<string>();
  readonly settling = new Set<number>();
  readonly settled = new Set<number>();

  read(lines: string): void {
    for (const line of lines.split('\n').slice(0, -1)) {
      const [word, first = '', second] = line.split(' ');
      if (word === 'add') this.begun.add(first);
      else if (word === 'added') this.added.set(Number(second), first);
      else if (word === 'settle') this.settling.add(Number(first));
      else if (word === 'settled') this.settled.add(Number(first));
      else assert.equal(word, 'open', line);
    }
  }

  /** The store has all that was added and not settled, nothing that was settled, and nothing else. */
  check(queued: Map<number, string>): void {
    for (const [id, key] of this.added) {
      if (!this.settling.has(id)) assert.equal(queued.get(id), key, `lost: ${key}`);
    }
    for (const id of this.settled) assert.ok(!queued.has(id), `came back: ${id}`);
    for (const [id, key] of queued) {
      assert.ok(this.begun.has(key), `never added: ${key}`);
      this.added.set(id, key);
    }
  }
}

/** Lets a writer work, kills it at a random moment, and returns what it said. */
async function killWriter(directory: string, round: number): Promise<string> {
  const log = join(directory, `writer-${round}.log`);
  const output = openSync(log, 'w');
  const script = ['--require', 'tsx/cjs', join(__dirname, 'writer.ts'), directory, `${round}`];
  const writer = spawn(process.execPath, script, { stdio: ['ignore', output, 'inherit'] });
  closeSync(output);
  await eventually(() => statSync(log).size > 0, 'the writer');
  await sleep(Math.random() * LONGEST_LIFE_MS);
  writer.kill('SIGKILL');
  await once(writer, 'exit');
  return readFileSync(log, 'utf8');
}

async function queuedIn(store: DiskStore): Promise<Map<number, string>> {
  const queued = new Map<number, string>();
  for (let after = 0, page; (page = await store.page(after, 500)).length > 0; after = page.at(-1)!.id) {
    for (const { id, key, body } of page) {
      assert.equal(body, bodyOf(key!), `torn: ${key}`);
      queued.set(id, key!);
    }
  }
  return queued;
}

describe('The disk store after kill -9', () => {
  it(`has every record that was added, and none that was settled (${ROUNDS} rounds)`, async function () {
    this.timeout(ROUNDS * 20_000);
    const directory = await mkdtemp(join(tmpdir(), 'outbox-'));
    const ledger = new Ledger();
    for (let round = 1; round <= ROUNDS; round++) {
      ledger.read(await killWriter(directory, round));
      const store = await DiskStore.open({ directory, onDamage: ({ cause }) => assert.fail(cause) });
      ledger.check(await queuedIn(store));
      for (const key of [...ledger.added.values()].slice(-200)) {
        const again = await store.add({ key, lane: 'device', target: 't', body: bodyOf(key) });
        assert.deepEqual(again, { duplicate: true }, `accepted twice: ${key}`);
      }
      assert.equal((await store.stats()).damaged, 0);
      await store.close();
    }
    assert.ok(ledger.settled.size > 0 && ledger.added.size > ledger.settled.size);
    console.log(
      `      ${ledger.added.size} added, ${ledger.settled.size} settled, none lost, none came back`,
    );
    await rm(directory, { recursive: true });
  });

  it('and a flipped bit in its log has sound records only, and works on', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'outbox-'));
    await killWriter(directory, 1);
    const log = join(directory, 'outbox.sqlite-wal');
    const bytes = readFileSync(log);
    const middle = bytes.length >> 1;
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 4, middle);
    writeFileSync(log, bytes);
    const store = await DiskStore.open({ directory });
    const queued = await queuedIn(store);
    const added = await store.add({ key: 'new', lane: 'device', target: 't', body: bodyOf('new') });
    assert.ok('id' in added && added.id > Math.max(0, ...queued.keys()));
    assert.equal((await store.stats()).records, queued.size + 1);
    await store.close();
    await rm(directory, { recursive: true });
  });
});
