import assert from 'node:assert/strict';
import { levelsOf, Parts } from '../../../nodes/shared/parts';

/** `msg.parts` of the part on a path, each step of which is an index and the length of the list. */
const partsOf = (...path: [index: number, count: number][]) =>
  path.reduce<object | undefined>(
    (outer, [index, count]) => ({ index, count, ...(outer && { parts: outer }) }),
    undefined,
  );

describe('the parts of a message', () => {
  it('are all there with the last one, where lists in a list differ in length, and one part is no list', () => {
    const parts = new Parts();
    const add = (...path: [number, number][]) => parts.add(levelsOf(partsOf(...path)));
    assert.equal(add([0, 3], [0, 2]), false);
    assert.equal(add([0, 3], [1, 2]), false);
    assert.equal(add([0, 3], [1, 2]), false);
    assert.equal(add([2, 3]), false);
    for (const index of [3, 1, 0]) assert.equal(add([1, 3], [index, 4]), false);
    assert.equal(add([1, 3], [2, 4]), true);
  });

  it('are one where the message was not split', () => {
    assert.equal(new Parts().add(levelsOf(undefined)), true);
  });
});
