import assert from 'node:assert/strict';
import { backoffMs } from '../../../lib/ttn/backoff';

describe('backoffMs', () => {
  it('doubles from 1 s to 2 min, with jitter over the upper half', () => {
    const least = [1, 2, 3, 8, 50].map((failures) => backoffMs(failures, () => 0));
    const most = [1, 2, 3, 8, 50].map((failures) => backoffMs(failures, () => 1));
    assert.deepEqual(least, [500, 1000, 2000, 60_000, 60_000]);
    assert.deepEqual(most, [1000, 2000, 4000, 120_000, 120_000]);
  });
});
