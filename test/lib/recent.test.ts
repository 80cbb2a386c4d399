import assert from 'node:assert/strict';
import { Recent } from '../../lib/recent';

describe('Recent', () => {
  let recent: Recent<string, number>;
  const set = (keys: string) => [...keys].forEach((key, index) => recent.set(key, index));

  beforeEach(() => (recent = new Recent(3)));

  it('knows at least the last ones, and at most twice as many', () => {
    for (let count = 1; count <= 100; count++) {
      recent.set(`${count}`, count);
      const known = recent.values();
      const first = known[0]!;
      assert.ok(known.length >= Math.min(count, 3) && known.length < 6, `${known.length} of ${count}`);
      assert.deepEqual(
        known,
        Array.from(known, (_, index) => first + index),
      );
      assert.equal(known.at(-1), count);
    }
  });

  it('keeps what is set again, once', () => {
    set('abcadaea');
    assert.deepEqual(recent.keys().sort(), ['a', 'd', 'e']);
    assert.equal(recent.get('a'), 7);
  });

  it('forgets what is deleted, wherever it stands', () => {
    set('abcd');
    recent.delete('a');
    recent.delete('d');
    assert.deepEqual(recent.keys(), ['b', 'c']);
    assert.ok(!recent.has('a') && recent.get('d') === undefined);
    recent.clear();
    assert.deepEqual([...recent], []);
  });
});
