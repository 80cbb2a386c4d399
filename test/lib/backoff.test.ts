import assert from 'node:assert/strict';
import sinon from 'sinon';
import { backoffMs } from '../../lib/backoff';

const PAUSES = { firstMs: 1_000, maxMs: 120_000 };

describe('backoffMs', () => {
  it('draws from 1 s to a longest pause that doubles to 2 min', () => {
    const pauses = () => [1, 2, 3, 8, 5_000].map((failures) => backoffMs(failures, PAUSES));
    const random = sinon.stub(Math, 'random').returns(0);
    const least = pauses();
    random.returns(1);
    const most = pauses();
    random.restore();
    assert.deepEqual(least, [1_000, 1_000, 1_000, 1_000, 1_000]);
    assert.deepEqual(most, [2_000, 4_000, 8_000, 120_000, 120_000]);
  });
});
