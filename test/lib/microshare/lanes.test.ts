import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lanes } from '../../../lib/microshare/lanes';

describe('Lanes', () => {
  it('runs several lanes at a time and each lane in order', async () => {
    const lanes = new Lanes({ concurrency: 3, limit: 100 });
    const finished: string[] = [];
    let running = 0;
    let most = 0;
    const task = (name: string, ms: number) => async () => {
      most = Math.max(most, ++running);
      await sleep(ms);
      running--;
      finished.push(name);
    };
    const runs = ['a', 'b', 'c', 'd'].flatMap((lane) =>
      [1, 2, 3].map((n) => lanes.run(lane, task(`${lane}${n}`, 12 - 4 * n))),
    );
    assert.equal(lanes.size, 12);
    await lanes.idle();
    await Promise.all(runs);
    assert.equal(most, 3);
    assert.equal(lanes.size, 0);
    for (const lane of ['a', 'b', 'c', 'd']) {
      assert.deepEqual(
        finished.filter((name) => name.startsWith(lane)),
        [`${lane}1`, `${lane}2`, `${lane}3`],
      );
    }
  });

  it('goes on after a task that fails', async () => {
    const lanes = new Lanes({ concurrency: 1, limit: 10 });
    const failed = lanes.run('a', () => Promise.reject(new Error('no')));
    const next = lanes.run('a', () => Promise.resolve('yes'));
    await assert.rejects(failed, /no/);
    assert.equal(await next, 'yes');
  });

  it('refuses when too many wait', async () => {
    const lanes = new Lanes({ concurrency: 1, limit: 1 });
    const runs = [lanes.run('a', () => sleep(5)), lanes.run('a', () => sleep(5))];
    await assert.rejects(
      lanes.run('b', () => sleep(5)),
      { code: 'overloaded' },
    );
    await Promise.all(runs);
  });
});
