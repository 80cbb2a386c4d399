import assert from 'node:assert/strict';
import { Slots } from '../../../lib/outbox/slots';

describe('Slots', () => {
  it('keeps what was added until it is removed, and uses its place again', () => {
    const slots = new Slots<string>();
    const [a, b, c] = ['a', 'b', 'c'].map((value) => slots.add(value)) as [number, number, number];
    assert.deepEqual([...slots], ['a', 'b', 'c']);
    assert.equal(slots.remove(b, 'b'), true);
    assert.deepEqual([slots.size, ...slots], [2, 'a', 'c']);
    assert.equal(slots.add('d'), b);
    assert.deepEqual([...slots], ['a', 'd', 'c']);
    assert.deepEqual([a, b, c], [0, 1, 2]);
  });

  it('removes nothing twice, and nothing that took its place', () => {
    const slots = new Slots<string>();
    const slot = slots.add('a');
    assert.equal(slots.remove(slot, 'a'), true);
    assert.equal(slots.remove(slot, 'a'), false);
    slots.add('b');
    assert.equal(slots.remove(slot, 'a'), false);
    assert.deepEqual([...slots], ['b']);
  });

  it('lets what is removed while it is read go', () => {
    const slots = new Slots<number>();
    for (let value = 0; value < 4; value++) slots.add(value);
    const seen: number[] = [];
    for (const value of slots) {
      seen.push(value);
      slots.remove(value, value);
      slots.remove(value + 1, value + 1);
    }
    assert.deepEqual([slots.size, ...seen], [0, 0, 2]);
  });
});
