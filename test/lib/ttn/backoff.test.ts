import assert from 'node:assert/strict';
import { backoffMs } from '../../../lib/ttn/backoff';

describe('backoffMs', () => {
  it('draws from 1 s to a longest pause that doubles to 2 min', () => {
    const least = [1, 2, 3, 8, 5_000].map((failures) => backoffMs(failures, () => 0));
    const most = [1, 2, 3, 8, 5_000].map((failures) => backoffMs(failures, () => 1));
    assert.deepEqual(least, [1_000, 1_000, 1_000, 1_000, 1_000]);
    assert.deepEqual(most, [2_000, 4_000, 8_000, 120_000, 120_000]);
  });
});
