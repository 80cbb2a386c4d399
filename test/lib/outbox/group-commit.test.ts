import assert from 'node:assert/strict';
import { GroupCommit } from '../../../lib/outbox/sqlite/group-commit';
import type { Write } from '../../../lib/outbox/sqlite/queue';

describe('GroupCommit', () => {
  it('settles before it adds the rest of a flood, each kind in its order', async () => {
    const commits: Write[][] = [];
    const group = new GroupCommit((writes) => {
      commits.push(writes);
      return Promise.resolve(writes.map(() => ({ settled: true })));
    });
    const add = (n: number): Write => ({ add: [{ lane: String(n), body: '{}', target: '' }] });
    const settle = (id: number): Write => ({ settle: [{ id, state: 'written' }] });

    const first = group.write(add(0));
    const adds = Array.from({ length: 2_000 }, (_, n) => add(1 + n));
    const settles = [settle(1), settle(2)];
    await Promise.all([first, ...[...adds, ...settles].map((write) => group.write(write))]);

    assert.deepEqual(commits[0]!.slice(0, 3), [...settles, add(0)]);
    assert.deepEqual(commits.flat().slice(2), [add(0), ...adds]);
    assert.ok(commits.length > 3);
  });
});
