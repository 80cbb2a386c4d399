import assert from 'node:assert/strict';
import { GroupCommit } from '../../../lib/outbox/sqlite/group-commit';
import type { Group } from '../../../lib/outbox/sqlite/queue';
import type { Change, NewRecord } from '../../../lib/outbox/store';

describe('GroupCommit', () => {
  it('settles all with the first of a flood, which it adds in order, and tells each its own id', async () => {
    const commits: Group[] = [];
    let id = 0;
    const group = new GroupCommit((writes) => {
      commits.push(writes);
      return Promise.resolve(writes.add.map(() => ({ id: ++id })));
    });
    const records = Array.from({ length: 2_000 }, (_, n): NewRecord => ({
      lane: String(n),
      body: '{}',
      target: '',
    }));
    const changes = [1, 2].map((id): Change[] => [{ id, state: 'written' }]);

    const added = Promise.all(records.map((record) => group.add(record)));
    await Promise.all(changes.map((some) => group.settle(some)));
    assert.equal(commits.length, 1);
    assert.deepEqual(commits[0]!.settle, changes.flat());
    assert.deepEqual(
      await added,
      records.map((_, index) => ({ id: 1 + index })),
    );
    assert.deepEqual(
      commits.flatMap(({ add }) => add),
      records,
    );
    assert.ok(commits.length > 3);
  });

  it('tells everyone of a commit that failed, and goes on', async () => {
    let isBroken = true;
    const group = new GroupCommit(({ add }) =>
      isBroken ? Promise.reject(new Error('broken')) : Promise.resolve(add.map(() => ({ id: 1 }))),
    );
    const record: NewRecord = { lane: '', body: '{}', target: '' };
    const ended = await Promise.allSettled([group.add(record), group.settle([{ id: 1, state: 'written' }])]);
    assert.deepEqual(
      ended.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    isBroken = false;
    assert.deepEqual(await group.add(record), { id: 1 });
  });
});
