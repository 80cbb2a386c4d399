import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DiskStore, Outbox, type Outcome } from '../../../lib/outbox';
import { eventually } from '../../eventually';

const ROUNDS = 4;
const RECORDS = 400;
const DEVICES = 25;

describe('The outbox on disk', () => {
  let directory: string;
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'outbox-'))));
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('delivers every record once and in order, over restarts in the middle of the work', async () => {
    const lake: string[] = [];
    const flagged = new Set<string>();
    let accepted = 0;
    const open = async (deliver: () => Promise<Outcome>) => {
      const store = await DiskStore.open({ directory });
      const outbox = new Outbox({
        store,
        deliver: async ({ body, doubtful }, signal) => {
          if (doubtful) flagged.add(body);
          const outcome = await deliver();
          if (signal.aborted) return { outcome: 'retry', code: 'closed', message: 'Closed.' };
          if (outcome.outcome === 'written') lake.push(body);
          return outcome;
        },
        settings: { closeGraceMs: 1, backoff: { firstMs: 5, maxMs: 20 } },
      });
      outbox.start();
      return outbox;
    };

    for (let round = 0; round < ROUNDS; round++) {
      const outbox = await open(async () => {
        await sleep(Math.random() * 10);
        if (Math.random() < 0.1) return { outcome: 'retry', code: 'server_error', message: 'Broken.' };
        return { outcome: 'written' };
      });
      const adds = Array.from({ length: RECORDS }, (_, n) => {
        const body = `${n % DEVICES} ${round * RECORDS + n}`;
        return outbox.add({ key: body, lane: `device-${n % DEVICES}`, body, target: '' });
      });
      accepted += (await Promise.all(adds)).filter((added) => 'id' in added).length;
      await sleep(Math.random() * 100);
      await outbox.close();
    }
    assert.ok(
      lake.length > 0 && lake.length < accepted,
      `${lake.length} of ${accepted} before the last start`,
    );
    const outbox = await open(() => Promise.resolve({ outcome: 'written' }));
    await eventually(async () => (await outbox.stats()).store.records === 0, 'an empty outbox');
    await outbox.close();

    assert.equal(accepted, ROUNDS * RECORDS);
    assert.equal(lake.length, accepted);
    assert.equal(new Set(lake).size, accepted);
    assert.equal(flagged.size, 0, 'what was ended in order is not in doubt');
    for (let device = 0; device < DEVICES; device++) {
      const numbers = lake
        .filter((body) => body.startsWith(`${device} `))
        .map((body) => Number(body.split(' ')[1]));
      assert.deepEqual(
        numbers,
        [...numbers].sort((a, b) => a - b),
      );
    }
  });
});
