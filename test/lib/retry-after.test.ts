import assert from 'node:assert/strict';
import { retryAfterMs } from '../../lib/retry-after';

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1);

  it('is read in seconds or as a date', () => {
    assert.equal(retryAfterMs('7', now), 7000);
    assert.equal(retryAfterMs('2.5', now), 2500);
    assert.equal(retryAfterMs(new Date(now + 5000).toUTCString(), now), 5000);
    assert.equal(retryAfterMs(new Date(now - 5000).toUTCString(), now), 0);
  });

  it('is an hour at most', () => {
    assert.equal(retryAfterMs('999999', now), 3_600_000);
  });

  it('says nothing in other words', () => {
    assert.equal(retryAfterMs('soon', now), undefined);
    assert.equal(retryAfterMs(undefined, now), undefined);
  });
});
