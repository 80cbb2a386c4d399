import assert from 'node:assert/strict';
import sinon from 'sinon';
import { MemoryStore } from '../../../lib/outbox/memory-store';
import { Settler } from '../../../lib/outbox/settler';
import type { Change } from '../../../lib/outbox/store';

describe('Settler', () => {
  let clock: sinon.SinonFakeTimers;
  let store: MemoryStore;
  let settle: sinon.SinonStub<[Change[]], Promise<void>>;
  let errors: unknown[];
  let settler: Settler;
  beforeEach(() => {
    clock = sinon.useFakeTimers();
    store = new MemoryStore();
    settle = sinon.stub(store, 'settle').resolves();
    errors = [];
    settler = new Settler(store, (error) => errors.push(error));
  });
  afterEach(() => sinon.restore());

  const sizes = () => settle.args.map(([changes]) => changes.length);
  const write = (id: number, then = () => {}) => settler.settle({ id, state: 'written' }, then);

  it('settles in one call what ends within 20 ms', async () => {
    const settled: number[] = [];
    for (let id = 1; id <= 10; id++) {
      write(id, () => settled.push(id));
      await clock.tickAsync(1);
    }
    assert.deepEqual(sizes(), []);
    await clock.tickAsync(10);
    assert.deepEqual(sizes(), [10]);
    assert.deepEqual(settled, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('does not wait for 20 ms when many have ended, or one is about to be sent', async () => {
    for (let id = 1; id <= 64; id++) write(id);
    await clock.tickAsync(0);
    write(65);
    settler.settle({ id: 66, state: 'sending' }, () => {}, true);
    await clock.tickAsync(0);
    assert.deepEqual(sizes(), [64, 2]);
  });

  it('tries again what the store refused, in the same order, and tells of it', async () => {
    const settled: number[] = [];
    const full = new Error('disk full');
    settle.onFirstCall().rejects(full);
    write(1, () => settled.push(1));
    await clock.tickAsync(20);
    assert.deepEqual(errors, [full]);
    write(2, () => settled.push(2));
    await clock.tickAsync(500);
    assert.deepEqual(settled, []);
    await clock.tickAsync(500);
    assert.deepEqual(settled, [1, 2]);
    assert.deepEqual(errors, [full, undefined]);
  });

  it('settles what waits when it closes', async () => {
    write(1);
    await settler.close();
    assert.deepEqual(sizes(), [1]);
  });

  it('closes although the store refuses', async () => {
    settle.rejects(new Error('gone'));
    write(1);
    await settler.close();
    assert.equal(errors.length, 1);
    await clock.runAllAsync();
    assert.deepEqual(sizes(), [1]);
  });
});
